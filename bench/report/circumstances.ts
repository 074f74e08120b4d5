import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import type { Circumstances } from './markdown.ts';

/** What the figures depend on. */
export function circumstances(): Circumstances {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    machine: `${cpus().length} × ${first?.model ?? 'unknown processor'}, ${memory} GiB, ${type()} ${release().replace(/-.*/, '')}, Node ${process.version.slice(1)}`,
    date: new Date().toISOString().slice(0, 10),
    command: 'npm run bench',
    versions: [
      `sqs-consumer ${version('./../node_modules/sqs-consumer')}`,
      `fauxqs ${version('./../node_modules/fauxqs')}`,
      `AWS SDK ${version('./../../node_modules/@aws-sdk/client-sqs')}`,
      `sharp ${version('./../../node_modules/sharp')}`,
    ].join(', '),
  };
}

function version(folder: string): string {
  return JSON.parse(readFileSync(new URL(`${folder}/package.json`, import.meta.url), 'utf8')).version;
}
