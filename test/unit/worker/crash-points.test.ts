import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { crashPoints } from '../../../worker/crash-points.ts';

const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const marks = mkdtempSync(join(tmpdir(), 'slipway-marks-'));
afterEach(() => {
  for (const file of readdirSync(marks)) rmSync(join(marks, file));
});

/** A port whose crash points only take a note. */
function portWith(CRASH_AT: string | undefined) {
  const effects: string[] = [];
  const points = crashPoints({ CRASH_AT, CRASH_MARKS: marks }, logger, {
    die: () => void effects.push('die'),
    stall: (milliseconds) => void effects.push(`stall ${milliseconds}`),
    hoard: (mib) => void effects.push(`hoard ${mib}`),
  });
  const port = { read: async (key: string) => `read ${key}`, write: async () => undefined };
  return { effects, port, watched: points.watch('latest', port) };
}

it('leaves a port as it is when nothing names it', () => {
  for (const crashAt of [undefined, '', 'queue.receive:after']) {
    const { port, watched } = portWith(crashAt);
    expect(watched).toBe(port);
  }
});

it('is met at the pass that it names, on the side that it names, once', async () => {
  const { effects, watched } = portWith('latest.read:after@2');
  expect(await watched.read('a')).toBe('read a');
  await watched.write();
  expect(effects).toEqual([]);
  await watched.read('b');
  await watched.read('c');
  expect(effects).toEqual(['die']);
});

it('is met whenever its text is among the arguments, or behind the call in the result', async () => {
  const { effects, watched } = portWith('latest.read:before~/k1/,latest.read:after~read /k2/');
  for (const key of ['/k1/', '/k2/', '/k3/', '/k1/']) await watched.read(key);
  expect(effects).toEqual(['die', 'die', 'die']);
});

it('is met once by all that share the marks when it says so', async () => {
  const first = portWith('latest.read:before~/k1/!,latest.write:after!=stall50');
  const second = portWith('latest.read:before~/k1/!,latest.write:after!=stall50');
  for (const { watched } of [first, second]) {
    await watched.read('/k1/');
    await watched.write();
  }
  expect(first.effects).toEqual(['die', 'stall 50']);
  expect(second.effects).toEqual([]);
});

it('may stall or take memory instead', async () => {
  const { effects, watched } = portWith('latest.write:before=stall9000,latest.write:after=hoard30');
  await watched.write();
  expect(effects).toEqual(['stall 9000', 'hoard 30']);
});

it.each(['latest.read', 'latest.read:during', 'nobody.read:after', 'latest.read:after@x', 'latest.read:after=nap'])(
  'is refused in one sentence when it is not understood: %s',
  (text) => {
    expect(() => portWith(text)).toThrow(`CRASH_AT names no crash point of this worker: ${text}.`);
  },
);

it('is refused when the port has no such method, or the marks have no place', () => {
  expect(() => portWith('latest.erase:after')).toThrow('latest.erase:after');
  expect(() => crashPoints({ CRASH_AT: 'latest.read:after!' }, logger)).toThrow('CRASH_MARKS is not set');
});
