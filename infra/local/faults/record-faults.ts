import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';

/** Takes down a fault that was carried out: the rule's name, and what it met. */
export type RecordFault = (rule: string, met: Readonly<Record<string, string>>) => void;

/** Writes faults as lines of JSON into `faults.jsonl`, each before it happens. */
export function faultRecorder(directory: string, clock: Clock): RecordFault {
  const file = join(directory, 'faults.jsonl');
  return (rule, met) => {
    appendFileSync(file, `${JSON.stringify({ at: new Date(clock.now()).toISOString(), rule, ...met })}\n`);
  };
}
