import { type Alert, subjectOf } from './alert-text.ts';

/** What was held back of a kind since its last e-mail. */
export interface Held {
  readonly count: number;
  /** The first of them, a line each. */
  readonly first: readonly string[];
  /** Start of the quarter of an hour, ISO 8601. */
  readonly since: string;
}

/** An alert that also says what was held back before it. */
export function alertWithDigest(alert: Alert, held: Held): Alert {
  if (held.count === 0) return alert;
  const lead = `Besides, ${tasksOf(held)} stopped for the same reason since ${held.since}`;
  return { subject: alert.subject, body: `${alert.body}\n${listOf(held, lead)}` };
}

/** The e-mail on what was held back, when nothing more of its kind came. */
export function digestAlert(kind: string, held: Held, stage: string): Alert {
  const headline = `${tasksOf(held)} stopped for the same reason (${kind})`;
  return {
    subject: subjectOf(stage, headline),
    body: listOf(held, `${headline} in the quarter of an hour from ${held.since}`),
  };
}

const tasksOf = ({ count }: Held) => `${count} more task${count === 1 ? '' : 's'}`;

function listOf({ count, first }: Held, lead: string): string {
  const which = first.length < count ? `, the first ${first.length} of them` : '';
  const rest = 'One e-mail of a kind is sent in a quarter of an hour; every stop is in stops/ in the results bucket.';
  return `${lead}${which}:\n${first.map((line) => `  ${line}`).join('\n')}\n\n${rest}\n`;
}
