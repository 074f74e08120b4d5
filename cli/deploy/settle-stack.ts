import { SlipwayError } from '../../core/errors.ts';
import type { Preparation, StackStatus } from './stack-state.ts';
import type { Stacks } from './stacks.ts';

/** How a wait is done and told; tests have their own. */
export interface Pace {
  sleep(milliseconds: number): Promise<void>;
  say(line: string): void;
}

const POLL_MS = 5_000;
/** Longer than ECS takes to give a deployment up (three hours is CloudFormation's own limit for a service). */
const WAIT_LIMIT_MS = 3 * 3_600_000;
/** A second try may work where the first met something that was still going away; a third never differs. */
const TRIES = 2;

/** Takes the steps that a table asks for until it says "go". Throws one sentence when that cannot be. */
export async function settleStack(
  name: string,
  decide: (status: StackStatus) => Preparation,
  stacks: Stacks,
  pace: Pace,
): Promise<void> {
  const tries = { delete: 0, 'continue-rollback': 0 };
  for (;;) {
    const status = (await stacks.find(name))?.status;
    const next = decide(status);
    if (next.step === 'go') return;
    if (next.step === 'refuse') throw new SlipwayError('stack-state', `Stack ${name} cannot be used: ${next.why}.`);
    if (next.step === 'wait') {
      pace.say(`stack ${name}: ${next.why}, waiting for it to end…`);
      await waitWhileBusy(name, stacks, pace);
      continue;
    }
    if (++tries[next.step] > TRIES) throw new SlipwayError('stack-stuck', await stuck(name, next, stacks));
    pace.say(
      `stack ${name}: ${next.why}; ${next.step === 'delete' ? 'deleting what is left of it' : 'taking it back'}…`,
    );
    if (next.step === 'delete') await stacks.delete(name);
    else await stacks.continueRollback(name);
    await waitWhileBusy(name, stacks, pace);
  }
}

/** Waits until no operation runs on a stack; gives its last status, undefined when it is gone. */
export async function waitWhileBusy(name: string, stacks: Stacks, pace: Pace): Promise<StackStatus> {
  for (let waited = 0; waited < WAIT_LIMIT_MS; waited += POLL_MS) {
    const status = (await stacks.find(name))?.status;
    if (status === undefined || status === 'REVIEW_IN_PROGRESS' || !status.endsWith('_IN_PROGRESS')) return status;
    await pace.sleep(POLL_MS);
  }
  throw new SlipwayError(
    'stack-busy',
    `Stack ${name} has been busy for three hours; look at its events, and run this again.`,
  );
}

async function stuck(name: string, { step }: Preparation, stacks: Stacks): Promise<string> {
  const failures = await stacks.failures(name);
  const reasons = failures.length > 0 ? `:\n${failures.map((line) => `  ${line}`).join('\n')}` : '.';
  const what = step === 'delete' ? 'cannot be deleted' : 'cannot be taken back to its last version';
  return `Stack ${name} ${what}${reasons}\nSolve that by hand, and run this again.`;
}
