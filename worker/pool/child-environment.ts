/** What a processor must not have: the keys to AWS, and Slipway's own wiring, which it has no use for. */
const WITHHELD =
  /^(AWS_|ECS_|NODE_|JOB$|JOB_ID$|ATTEMPT$|STAGE$|CLUSTER$|INBOX_BUCKET$|RESULTS_BUCKET$|RESULTS_DIRECTORY$|.*QUEUE_URL$)/;

/** The environment of a processor's process: everything of the task's that is a setting of the processor. */
export function childEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(environment).filter(([name, value]) => value !== undefined && !WITHHELD.test(name));
  return Object.fromEntries(entries) as Record<string, string>;
}
