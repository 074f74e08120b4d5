import { fileURLToPath } from 'node:url';
import { service } from '../../../worker/service.ts';

/** The service with processors that misbehave as their objects' text says. SIGUSR2 makes something in it go wrong unforeseen. */
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
process.on('SIGUSR2', () => {
  throw new Error('nobody catches this');
});
const entry = fileURLToPath(new URL('./odd-processors.ts', import.meta.url));
process.exit(await service({ environment: process.env, entry, stop: stop.signal }));
