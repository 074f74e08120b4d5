import { type Clock, sleep } from '../../clock.ts';
import { readLines } from '../process/output-lines.ts';
import type { ContainerExit, RunningContainer } from '../task-runtime.ts';
import { type ContainerEngine, lastLine } from './container-engine.ts';
import { type MemoryKills, watchMemory } from './memory-kills.ts';

/** A container that is made and not started. */
export interface CreatedContainer {
  readonly containerName: string;
  /** Its name in the task. */
  readonly name: string;
  readonly stopTimeoutMs: number;
  takeOutput(lines: readonly string[]): void;
}

interface State {
  readonly status: string;
  readonly pid: number;
}

const POLL_MS = 30;
const KILLED = 137;
const KEPT_CHARACTERS = 2000;
const NOT_YET = new Set(['created', 'configured', 'initialized']);

/** Starts a container, and resolves once it runs. Rejects in the engine's words when it does not. */
export async function startEngineContainer(
  created: CreatedContainer,
  engine: ContainerEngine,
  clock: Clock,
): Promise<RunningContainer> {
  const { containerName, name, stopTimeoutMs } = created;
  const client = attach(created, engine);
  let state = await stateOf(engine, containerName);
  while (NOT_YET.has(state.status) && !client.isOver()) {
    await sleep(clock, POLL_MS);
    state = await stateOf(engine, containerName);
  }
  if (NOT_YET.has(state.status)) throw new Error(lastLine(client.errors()) || `${engine.name} did not start it`);
  const memory = watchMemory(state.pid, clock);
  const send = (signal: string) => {
    // It may have ended by itself meanwhile.
    void engine.run(['kill', '--signal', signal, containerName]).catch(() => undefined);
  };
  return {
    name,
    stopTimeoutMs,
    memoryCeiling: engine.name,
    exited: client.closed.then((code) => exitOf(code, containerName, engine, memory)),
    terminate: () => send('TERM'),
    kill: () => send('KILL'),
  };
}

interface Client {
  /** Its exit code, which is the container's as long as nobody ends the client itself. */
  readonly closed: Promise<number | null>;
  isOver(): boolean;
  /** The end of what was written to standard error, by the engine or by the container. */
  errors(): string;
}

/** Starts the container with a client of the engine that hands on its output. */
function attach({ containerName, takeOutput }: CreatedContainer, engine: ContainerEngine): Client {
  const client = engine.follow(['start', '--attach', '--sig-proxy=false', containerName]);
  let errors = '';
  let over = false;
  client.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-KEPT_CHARACTERS);
  });
  readLines(client.stdout, takeOutput);
  readLines(client.stderr, takeOutput);
  const closed = new Promise<number | null>((resolve) => {
    client.once('error', () => resolve(null));
    client.once('close', resolve);
  }).finally(() => {
    over = true;
  });
  return { closed, isOver: () => over, errors: () => errors };
}

/** Somebody who removes the container takes its own answer away: then the client's has to do. */
async function exitOf(
  clientCode: number | null,
  containerName: string,
  engine: ContainerEngine,
  memory: MemoryKills,
): Promise<ContainerExit> {
  const code = await engine.run(['wait', containerName]).then(lastLine, () => clientCode ?? KILLED);
  const exitCode = Number(code);
  const outOfMemory =
    exitCode === KILLED && (memory.hasKilled() || (await engineSaysOutOfMemory(engine, containerName)));
  memory.end();
  return { exitCode, outOfMemory };
}

async function stateOf(engine: ContainerEngine, containerName: string): Promise<State> {
  const format = '{{.State.Status}} {{.State.Pid}}';
  const [status = '', pid = '0'] = (await engine.run(['inspect', '--format', format, containerName])).split(' ');
  return { status, pid: Number(pid) };
}

async function engineSaysOutOfMemory(engine: ContainerEngine, containerName: string): Promise<boolean> {
  const said = await engine.run(['inspect', '--format', '{{.State.OOMKilled}}', containerName]).catch(() => '');
  return said === 'true';
}
