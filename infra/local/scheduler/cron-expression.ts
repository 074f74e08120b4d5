import { Cron } from 'croner';
import { AwsError } from '../http/aws-error.ts';

/** The first reading of the wall clock after `wall` at which the expression fires; undefined when there is none left. */
export type NextWallTime = (wall: number) => number | undefined;

const FIELDS = [
  { name: 'minutes', allowed: /^[\d,\-*/]+$/ },
  { name: 'hours', allowed: /^[\d,\-*/]+$/ },
  { name: 'day-of-month', allowed: /^(\?|[\d,\-*/LW]+)$/ },
  { name: 'month', allowed: /^(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|[\d,\-*/])+$/ },
  { name: 'day-of-week', allowed: /^(?:\?|(?:SUN|MON|TUE|WED|THU|FRI|SAT|[\d,\-*/L#])+)$/ },
  { name: 'year', allowed: /^[\d,\-*/]+$/ },
] as const;

/**
 * Compiles the six fields of an AWS cron expression. Throws ValidationException naming the field.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function compileCron(fields: string): NextWallTime {
  const parts = fields.trim().toUpperCase().split(/\s+/);
  checkFields(parts, fields);
  const [minutes, hours, dayOfMonth = '', month, dayOfWeek = '', year] = parts;
  const days = [everyDay(dayOfMonth), month, lastSaturday(everyDay(dayOfWeek))];
  const cron = toCron(['0', minutes, hours, ...days, year].join(' '), fields);
  return (wall) => cron.nextRun(new Date(wall))?.getTime();
}

function checkFields(parts: readonly string[], fields: string): void {
  if (parts.length !== FIELDS.length) {
    throw invalidCron(
      fields,
      `expected six fields (${FIELDS.map(({ name }) => name).join(', ')}), got ${parts.length}`,
    );
  }
  for (const [index, { name, allowed }] of FIELDS.entries()) {
    if (!allowed.test(parts[index] ?? '')) throw invalidCron(fields, `${name} is not valid: ${parts[index]}`);
  }
  if ((parts[2] === '?') === (parts[4] === '?')) {
    throw invalidCron(fields, 'expected ? in exactly one of day-of-month and day-of-week');
  }
  // croner would read 8 as Sunday, and years beyond AWS's.
  if (/(?<!#)\b[089]\b(?!#)/.test(parts[4]?.replaceAll(/\/\d+/g, '') ?? '')) {
    throw invalidCron(fields, `day-of-week is 1 to 7 or SUN to SAT: ${parts[4]}`);
  }
  const years = [...(parts[5] ?? '').replaceAll(/\/\d+/g, '').matchAll(/\d+/g)].map(([digits]) => Number(digits));
  if (years.some((year) => year < 1970 || year > 2199)) throw invalidCron(fields, 'year is 1970 to 2199');
}

// To croner a question mark means the present; to AWS it means no condition.
function everyDay(field: string): string {
  return field === '?' ? '*' : field;
}

// AWS's L alone in day-of-week is the last day of the week, not of the month.
function lastSaturday(field: string): string {
  return field === 'L' ? '7' : field;
}

function toCron(pattern: string, fields: string): Cron {
  try {
    return new Cron(pattern, {
      mode: '7-part',
      alternativeWeekdays: true,
      domAndDow: true,
      sloppyRanges: true,
      timezone: 'UTC',
      paused: true,
    });
  } catch (cause) {
    const reason =
      cause instanceof Error ? cause.message.replace('CronPattern: ', '').replace(/\.$/, '') : String(cause);
    const error = invalidCron(fields, reason);
    error.cause = cause;
    throw error;
  }
}

function invalidCron(fields: string, reason: string): AwsError {
  return new AwsError('ValidationException', `Invalid Schedule Expression cron(${fields}): ${reason}.`);
}
