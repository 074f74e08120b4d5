import { capacityAnswer, capacityText } from '../capacity/answer.ts';
import type { Options } from '../options.ts';
import { stageOf } from './stage-of.ts';

/** `npm run simulate -- --rate N`: which quota of AWS binds first. */
export async function answerRate(options: Options): Promise<number> {
  const stage = await stageOf(options);
  const answer = capacityAnswer(options.rate, options.jobSeconds, stage);
  process.stdout.write(`${options.json ? JSON.stringify(answer, null, 2) : capacityText(answer, stage)}\n`);
  return 0;
}
