import type { Deployment } from '../deployment.ts';
import { formatBytes, formatSeconds } from './format.ts';

/** Where the jobs of one run stand. */
export interface Progress {
  readonly total: number;
  submitted: number;
  complete: number;
  failed: number;
  gone: number;
  /** Bytes of the jobs that have an outcome. */
  bytesDone: number;
}

/** What the queues say; approximate, as SQS's numbers are. */
export interface QueueDepths {
  readonly waiting: number;
  readonly working: number;
}

const BAR_WIDTH = 24;

/** One line: bar, counts by state, rates. Pure. */
export function progressLine(progress: Progress, depths: QueueDepths | undefined, seconds: number): string {
  const { total, submitted, complete, failed, gone, bytesDone } = progress;
  const done = complete + failed + gone;
  const filled = Math.floor((BAR_WIDTH * done) / Math.max(1, total));
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const states = [
    submitted < total ? `${submitted} uploaded` : '',
    depths && done < total ? `${depths.waiting} waiting, ${depths.working} working` : '',
    `${complete} complete`,
    failed > 0 ? `${failed} failed` : '',
    gone > 0 ? `${gone} gone` : '',
  ].filter(Boolean);
  const rate = seconds > 0 ? `${(done / seconds).toFixed(1)} jobs/s, ${formatBytes(bytesDone / seconds)}/s` : '';
  return `${bar} ${done}/${total}  ${states.join(', ')}  ${rate}  ${formatSeconds(seconds)}`;
}

/** Draws over one line of a terminal; on anything else it prints a line now and then. */
export function progressPrinter(output: NodeJS.WriteStream, deployment: Deployment) {
  const plainEveryMs = 10_000;
  let lastPlainAt = Date.now();
  return {
    show(line: string): void {
      if (output.isTTY) output.write(`\r\u001b[K${line.slice(0, output.columns - 1)}`);
      else if (Date.now() - lastPlainAt >= plainEveryMs) {
        lastPlainAt = Date.now();
        output.write(`${deployment.stackName}: ${line}\n`);
      }
    },
    end(line: string): void {
      output.write(output.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`);
    },
  };
}
