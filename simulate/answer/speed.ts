import { settingOf } from '../contenders.ts';
import { run } from '../engine/run.ts';
import type { Options } from '../options.ts';
import { latency } from '../policies/latency.ts';
import { workOf } from '../shapes/shapes.ts';
import { stageOf } from './stage-of.ts';

const MESSAGES = 1_000_000;
/** Half of what the fleet can do at most. */
const LOAD = 0.5;

/** `npm run simulate -- --speed`: a million messages through the shipped policy, and what that took. */
export async function answerSpeed(options: Options): Promise<number> {
  const stage = await stageOf(options);
  const rate = (LOAD * stage.maxTasks * stage.slots) / options.jobSeconds;
  const begun = process.cpuUsage();
  const work = workOf(
    {
      name: 'million',
      about: '',
      jobSeconds: options.jobSeconds,
      horizon: MESSAGES / rate,
      startRate: 0,
      arrivals: (random) => Float64Array.from({ length: MESSAGES }, () => (random.next() * MESSAGES) / rate).sort(),
    },
    stage.slots,
    1,
  );
  const { ages, endedAt } = run(work, latency, settingOf(stage, 0), 1);
  const { user, system } = process.cpuUsage(begun);
  const cpuSeconds = (user + system) / 1e6;
  const facts = { messages: ages.length, simulatedSeconds: endedAt, cpuSeconds };
  process.stdout.write(
    options.json
      ? `${JSON.stringify(facts)}\n`
      : `${ages.length.toLocaleString('en-US')} messages, ${(endedAt / 3600).toFixed(1)} simulated hours: ${cpuSeconds.toFixed(1)} s of CPU.\n`,
  );
  return 0;
}
