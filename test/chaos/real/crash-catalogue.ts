/** What a crash point needs to be bound to a job: `good` and `bad` are kinds of uploads, `none` cannot be bound. */
type BoundTo = 'good' | 'bad' | 'none';

/** One named point of the worker, and how a plan sees to it that it is met. */
export interface NamedPoint {
  /** `PORT.METHOD:before|after`. */
  readonly point: string;
  readonly boundTo: BoundTo;
  /** Is only come by when a job died at this point before. */
  readonly behind?: string;
}

const bothSides = (method: string, boundTo: BoundTo): NamedPoint[] =>
  ['before', 'after'].map((when) => ({ point: `${method}:${when}`, boundTo }));

/** Died at with the outcome stored and the pointer not looked at yet: the next delivery has to find out what is missing. */
const OUTCOME_ALONE = 'latest.read:before';

/**
 * Every call of a port that the handling of jobs makes in a run, both sides of it. Without `objects.isStoredAfter`, which
 * only sources without a sequencer need.
 */
export const NAMED_POINTS: readonly NamedPoint[] = [
  ...bothSides('objects.download', 'good'),
  ...bothSides('processors.run', 'good'),
  ...bothSides('outcomes.commit', 'good'),
  ...bothSides('latest.read', 'good'),
  ...bothSides('latest.write', 'good'),
  ...bothSides('timeline.add', 'good'),
  { point: 'queue.receive:after', boundTo: 'good' },
  ...bothSides('objects.lastModified', 'good').map((each) => ({ ...each, behind: OUTCOME_ALONE })),
  ...bothSides('deadLetters.send', 'bad'),
  { point: 'queue.receive:before', boundTo: 'none' },
  ...bothSides('queue.delete', 'none'),
  ...bothSides('queue.changeVisibility', 'none'),
  ...bothSides('outcomes.read', 'none'),
  ...bothSides('journal.read', 'none'),
  ...bothSides('journal.write', 'none'),
  ...bothSides('tasks.describe', 'none'),
  ...bothSides('outputs.store', 'none'),
];

/** Points that any good job passes once and for all: what a random death is taken from. */
export const RANDOM_POINTS: readonly string[] = NAMED_POINTS.filter(
  ({ boundTo, behind }) => boundTo === 'good' && behind === undefined,
).map(({ point }) => point);

/** Calls that are not made for every job: their first pass is the one that counts. */
export const SELDOM = /^(queue\.changeVisibility|tasks\.describe)/;
