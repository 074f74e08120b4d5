import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ContainerExit, RunningContainer } from '../task-runtime.ts';
import type { HoldMemory } from './memory-ceiling.ts';
import { readLines } from './output-lines.ts';
import { killGroup, signal } from './process-identity.ts';
import { processorSeconds } from './processor-time.ts';
import { residentBytes } from './resident-memory.ts';

/** How a container becomes a process. */
export interface ContainerPlan {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  /** All of its environment: nothing of the stand-in's own is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  readonly stopTimeoutMs: number;
  takeOutput(lines: readonly string[]): void;
}

/** A container that is a process of this machine. */
export interface ContainerProcess extends RunningContainer {
  readonly pid: number;
  /** The control group that holds it, for the sweep after a crash. */
  readonly cgroupPath: string | undefined;
}

/**
 * Output that is still on its way when a process ends is waited for this long: a stray child may hold the pipe open.
 * Wall time, since a pipe knows no other.
 */
const OUTPUT_GRACE_MS = 500;
const KILLED = 128 + constants.signals.SIGKILL;

/** Starts a container's process in a process group of its own. Rejects when the program cannot be run. */
export async function startContainer(
  plan: ContainerPlan,
  ports: { readonly holdMemory: HoldMemory; readonly cgroupName: string; readonly launcher: readonly string[] },
): Promise<ContainerProcess> {
  const [program = plan.program, ...args] = [...ports.launcher, plan.program, ...plan.args];
  const child = spawn(program, args, {
    cwd: plan.workingDirectory,
    env: plan.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = new Promise<{ code: number | null; signalName: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signalName) => resolve({ code, signalName }));
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const { pid } = child;
  if (pid === undefined) {
    throw await new Promise<Error>((resolve) => child.once('error', resolve));
  }
  child.on('error', () => undefined);
  const ceiling = ports.holdMemory(pid, ports.cgroupName, plan.memoryBytes);
  readLines(child.stdout, plan.takeOutput);
  readLines(child.stderr, plan.takeOutput);

  const kill = () => {
    killGroup(pid);
    for (const member of ceiling.pids()) signal(member, 'SIGKILL');
  };

  async function finish(): Promise<ContainerExit> {
    const { code, signalName } = await exited;
    // A container ends with its first process; what that one leaves behind goes with it.
    kill();
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, OUTPUT_GRACE_MS).unref())]);
    child.stdout.destroy();
    child.stderr.destroy();
    const exitCode = code ?? 128 + (signalName ? constants.signals[signalName] : 0);
    ceiling.end();
    return { exitCode, outOfMemory: exitCode === KILLED && ceiling.wasExceeded() };
  }

  return {
    name: plan.name,
    stopTimeoutMs: plan.stopTimeoutMs,
    memoryCeiling: ceiling.kind,
    cgroupPath: ceiling.cgroupPath,
    pid,
    exited: finish(),
    use: () => ({ cpuSeconds: processorSeconds(pid), memoryBytes: residentBytes(pid) }),
    terminate: () => void child.kill('SIGTERM'),
    kill,
  };
}
