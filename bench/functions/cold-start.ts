// The first call of a function: `cold-start.ts BUNDLE EVENT`. Loads the bundle, calls its handler once, says how long both took.
import { readFileSync } from 'node:fs';

/** What a first call takes, Node's own start not included. */
export interface ColdStart {
  readonly milliseconds: number;
  readonly cpuMs: number;
}

const [bundle = '', event = ''] = process.argv.slice(2);
const input: unknown = JSON.parse(readFileSync(event, 'utf8'));
const context = { functionName: 'bench', awsRequestId: 'bench', getRemainingTimeInMillis: () => 30_000 };
process.stdout.write = () => true;
const before = process.cpuUsage();
const from = performance.now();
const { handler } = await import(bundle);
await handler(input, context);
const milliseconds = performance.now() - from;
const { user, system } = process.cpuUsage(before);
process.send?.({ milliseconds, cpuMs: (user + system) / 1_000 } satisfies ColdStart);
process.on('disconnect', () => process.exit(0));
