import type { StackResourceView, Stacks, StackView } from '../../cli/deploy/stacks.ts';

/** CloudFormation by script: each look at a stack takes the next status, the last one stays. */
export interface FakeStacks extends Stacks {
  /** What was done, in order: `delete slipway-dev`. */
  readonly calls: string[];
  script(name: string, ...statuses: (string | undefined)[]): void;
  give(name: string, stack: Partial<FakeStack>): void;
}

interface FakeStack {
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly StackResourceView[];
  readonly template: string;
  readonly failures: readonly string[];
  readonly protected: boolean;
  /** Whether the source of an update differs. */
  readonly changed: boolean;
  /** Statuses after an operation, by its name. */
  readonly after: Readonly<
    Partial<Record<'create' | 'update' | 'delete' | 'continue', readonly (string | undefined)[]>>
  >;
}

/** Stacks that are not there until a script says so. */
export function fakeStacks(): FakeStacks {
  const scripts = new Map<string, (string | undefined)[]>();
  const stacks = new Map<string, Partial<FakeStack>>();
  const calls: string[] = [];
  const run = (operation: 'create' | 'update' | 'delete' | 'continue', name: string) => {
    calls.push(`${operation} ${name}`);
    const next = stacks.get(name)?.after?.[operation];
    if (next) scripts.set(name, [...next]);
  };
  const statusOf = (name: string) => {
    const script = scripts.get(name) ?? [];
    return script.length > 1 ? script.shift() : script[0];
  };
  return {
    calls,
    script: (name, ...statuses) => void scripts.set(name, statuses),
    give: (name, stack) => void stacks.set(name, stack),
    async find(name): Promise<StackView | undefined> {
      const status = statusOf(name);
      const { outputs = {}, protected: isProtected = false } = stacks.get(name) ?? {};
      return status === undefined ? undefined : { stackId: name, status, protected: isProtected, outputs };
    },
    findDeleted: async (name) => (stacks.has(`deleted ${name}`) ? [`deleted ${name}`] : []),
    resources: async (name) => stacks.get(name)?.resources ?? [],
    create: async (name) => run('create', name),
    async update(name) {
      if (!stacks.get(name)?.changed) return false;
      run('update', name);
      return true;
    },
    template: async (name) => stacks.get(name)?.template ?? '{}',
    delete: async (name) => run('delete', name),
    continueRollback: async (name) => run('continue', name),
    failures: async (name) => stacks.get(name)?.failures ?? [],
  };
}

/** A pace without waiting; `said` is what the user would have read. */
export function fakePace() {
  const said: string[] = [];
  let slept = 0;
  return {
    said,
    slept: () => slept,
    sleep: async (milliseconds: number) => {
      slept += milliseconds;
    },
    say: (line: string) => void said.push(line),
  };
}
