import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { freePort, isListening, waitForListener } from '../../../infra/local/free-port.ts';
import { describePortInUse, portHolder } from '../../../infra/local/port-holder.ts';

let server: Server | undefined;

async function listen(port = 0): Promise<number> {
  server = createServer();
  await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(() => server?.close());

it.skipIf(process.platform !== 'linux')('names the process that listens on a port', async () => {
  const port = await listen();
  expect(portHolder(port)).toMatchObject({ pid: process.pid, command: expect.stringContaining('node') });
  expect(describePortInUse(port)).toContain(`Port ${port} of 127.0.0.1 is in use by process ${process.pid} (`);
});

it('knows nobody behind a free port', async () => {
  expect(portHolder(await freePort())).toBeUndefined();
});

it('waits for a listener that comes later', async () => {
  const port = await freePort();
  expect(await isListening(port)).toBe(false);
  const waiting = waitForListener(port, 5_000);
  await listen(port);
  await waiting;
  expect(await isListening(port)).toBe(true);
});

it('gives up on a listener that does not come', async () => {
  const port = await freePort();
  await expect(waitForListener(port, 50)).rejects.toThrow(`Nobody listens on port ${port}`);
});
