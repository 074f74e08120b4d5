import { expect, it } from 'vitest';
import { jobOf } from '../../../core/job.ts';
import { launchEnvironment, readLaunchEnvironment } from '../../../core/launch.ts';
import { launchOverrides, OVERRIDES_LIMIT, overridesLength } from '../../../core/launch-overrides.ts';
import { scratchGibFor } from '../../../core/scratch-size.ts';

const GIB = 2 ** 30;

function launchedKey(key: string) {
  const source = {
    bucket: 'b'.repeat(63),
    key,
    versionId: 'v'.repeat(32),
    etag: 'e'.repeat(40),
    size: 5 * GIB,
    sequencer: '0'.repeat(18),
  };
  return { job: jobOf(source), attempt: 3, losses: 5, memoryKills: 1 };
}

it('raises the ceiling of the container with that of the task', () => {
  expect(launchOverrides({ environment: { A: 'b' }, size: { cpu: 2048, memory: 8192 }, scratchGib: 50 })).toEqual({
    cpu: '2048',
    memory: '8192',
    ephemeralStorage: { sizeInGiB: 50 },
    containerOverrides: [{ name: 'worker', environment: [{ name: 'A', value: 'b' }], memory: 8192 }],
  });
});

it('changes nothing but the environment when no size is given', () => {
  expect(launchOverrides({ environment: {} })).toEqual({ containerOverrides: [{ name: 'worker', environment: [] }] });
});

it.each([
  ['spaces, plus and percent', 'a b+c%25.jpg'],
  ['quotes and backslashes', '"\\"'.repeat(341)],
  ['emoji', '🦆'.repeat(256)],
  ['the worst that S3 allows: 1,024 control characters', '\u0001'.repeat(1024)],
])('carries a key with %s there and back', (_name, key) => {
  const launched = launchedKey(key);
  const overrides = launchOverrides({ environment: launchEnvironment(launched), size: { cpu: 256, memory: 512 } });
  expect(overridesLength(overrides)).toBeLessThanOrEqual(OVERRIDES_LIMIT);
  const variables = overrides.containerOverrides[0]?.environment ?? [];
  const environment = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  expect(readLaunchEnvironment(environment)).toEqual(launched);
});

it('counts a damaged count as none', () => {
  const { losses: _, memoryKills: __, ...launched } = launchedKey('a.jpg');
  const environment = { ...launchEnvironment(launched), LOSSES: 'many', MEMORY_KILLS: '-1' };
  expect(readLaunchEnvironment(environment)).toEqual(launched);
});

it.each([
  [0, undefined],
  [5 * GIB, undefined],
  [7 * GIB, undefined],
  [7 * GIB + 1, 21],
  [20 * GIB, 46],
  [5000 * GIB, 200],
])('asks for scratch space by the size of the object: %d bytes', (bytes, expected) => {
  expect(scratchGibFor(bytes)).toBe(expected);
});

it('asks for no scratch space where there is only what the machine has', () => {
  expect(scratchGibFor(20 * GIB, 0)).toBeUndefined();
  expect(scratchGibFor(20 * GIB, 30)).toBe(30);
});
