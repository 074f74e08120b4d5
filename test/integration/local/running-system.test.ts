import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { announceSystem, findRunningSystem, withdrawSystem } from '../../../infra/local/running-system.ts';

let directory: string;
let file: string;
let server: Server;
const system = {
  pid: process.pid,
  endpoint: '',
  stackName: 'slipway-dev',
  region: 'us-east-1',
  startedAt: '2026-01-01T00:00:00.000Z',
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-running-'));
  file = join(directory, 'deep', 'system.json');
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  system.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

it('finds a system that announced itself, until it withdraws', async () => {
  expect(await findRunningSystem(file)).toBeUndefined();
  await announceSystem(file, system);
  expect(await findRunningSystem(file)).toEqual(system);
  await withdrawSystem(file);
  expect(await findRunningSystem(file)).toBeUndefined();
});

it('does not believe the file of a process that is dead', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  await announceSystem(file, { ...system, pid: child.pid ?? 0 });
  expect(await findRunningSystem(file)).toBeUndefined();
});

it('does not believe the file when the process is another program by now, without the port', async () => {
  await announceSystem(file, system);
  await new Promise((resolve) => server.close(resolve));
  expect(await findRunningSystem(file)).toBeUndefined();
});

it("leaves another process's file alone", async () => {
  await announceSystem(file, { ...system, pid: process.ppid });
  await withdrawSystem(file);
  expect((await findRunningSystem(file))?.pid).toBe(process.ppid);
});

it('takes a damaged file for none', async () => {
  await announceSystem(file, system);
  await writeFile(file, '{"pid":');
  expect(await findRunningSystem(file)).toBeUndefined();
});
