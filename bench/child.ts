import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of a benchmark in a process of its own, which ends with its parent. */
export interface Child {
  readonly pid: number;
  /** Sends an order and waits for no answer. */
  tell(order: unknown): void;
  /** Sends an order and waits for the answer. */
  ask<Answer>(order: unknown): Promise<Answer>;
  end(): Promise<void>;
}

/** Environment that lets an AWS SDK reach nothing but a server of this machine. */
export function localEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

/** What has not ended by then is killed. */
const END_MS = 5_000;

/** Starts a program below bench/ and waits for its first word, which it gives back. Throws when it ends without one. */
export async function startChild<Word>(
  program: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
  /** Processors that it may use, as `taskset` writes them. */
  processors?: string,
): Promise<Child & { readonly word: Word }> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const env = { ...process.env, ...environment };
  const child =
    processors === undefined
      ? fork(file, args, { env })
      : spawn('taskset', ['-c', processors, process.execPath, file, ...args], {
          env,
          stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
        });
  const word = (await answerOf(child, program)) as Word;
  return {
    word,
    pid: child.pid ?? 0,
    tell: (order) => void child.send(order as object),
    async ask<Answer>(order: unknown) {
      const answered = answerOf(child, program);
      child.send(order as object);
      return (await answered) as Answer;
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      // Each of them ends, and tidies up, when its parent is gone.
      if (child.connected) child.disconnect();
      await exited;
      clearTimeout(timer);
    },
  };
}

/** The next word of a child. */
async function answerOf(child: ChildProcess, program: string): Promise<unknown> {
  const over = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: over.signal }).then(([word]) => word),
      once(child, 'exit', { signal: over.signal }).then(([code, signal]) => {
        throw new Error(`${program} ended with ${signal ?? `exit code ${code}`}.`);
      }),
    ]);
  } finally {
    over.abort();
  }
}
