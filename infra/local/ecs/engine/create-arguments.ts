import { availableParallelism } from 'node:os';
import { z } from 'zod';
import type { ContainerDefinition } from '../container-definition.ts';
import { type EngineName, isEngineSetting } from './container-engine.ts';

/** What a container is made of, beside its definition. */
export interface ContainerSpec {
  readonly containerName: string;
  /** The image on this machine. */
  readonly image: string;
  readonly container: ContainerDefinition;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly ContainerMount[];
  readonly memoryBytes: number;
  /** 1,024 to a core. */
  readonly cpuUnits: number;
}

export interface ContainerMount {
  /** A folder of this machine, or the name of a volume of the engine. */
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
  /** Whether it outlives the task. */
  readonly shared: boolean;
}

const linuxParameters = z.looseObject({
  initProcessEnabled: z.stringbool().or(z.boolean()).default(false),
  capabilities: z.object({ drop: z.array(z.string()).default([]), add: z.array(z.string()).default([]) }).default({
    drop: [],
    add: [],
  }),
});
const ulimit = z.object({ name: z.string(), softLimit: z.coerce.number(), hardLimit: z.coerce.number() });

/**
 * The engine's `create` command for a container of a task. Of its environment only the names are in it, so that nobody
 * reads a value in a list of processes: the command itself runs with `handedOn`.
 */
export function createArguments(engine: EngineName, spec: ContainerSpec, hasInit: boolean): string[] {
  const { container, image } = spec;
  const [entryPoint, ...rest] = container.entryPoint ?? [];
  return [
    ...['create', '--name', spec.containerName],
    ...Object.entries(spec.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    // The agent and the endpoint listen on this machine's loopback alone.
    ...['--network', 'host'],
    // Lines are taken from its output as they come; nothing is written to disk a second time.
    ...['--log-driver', 'none'],
    ...limits(spec),
    ...rights(engine, spec, hasInit),
    ...spec.mounts.flatMap(({ source, path, readOnly }) => ['--volume', `${source}:${path}${readOnly ? ':ro' : ''}`]),
    ...Object.entries(spec.environment).flatMap(([name, value]) => [
      '--env',
      isEngineSetting(name) ? `${name}=${value}` : name,
    ]),
    ...(entryPoint === undefined ? [] : ['--entrypoint', entryPoint]),
    image,
    ...rest,
    ...(container.command ?? []),
  ];
}

/** The variables whose values `create` takes from its own environment. */
export function handedOn(environment: ContainerSpec['environment']): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isEngineSetting(name)));
}

/** No swap, as on Fargate; and no more CPU than there is, which engines refuse. */
function limits({ memoryBytes, cpuUnits, container }: ContainerSpec): string[] {
  const cpus = Math.min(cpuUnits / 1024, availableParallelism());
  const ulimits = (container.ulimits ?? []).map((each) => ulimit.parse(each));
  return [
    ...['--memory', `${memoryBytes}b`, '--memory-swap', `${memoryBytes}b`],
    ...(cpus > 0 ? ['--cpus', String(cpus)] : []),
    ...ulimits.flatMap(({ name, softLimit, hardLimit }) => ['--ulimit', `${name}=${softLimit}:${hardLimit}`]),
  ];
}

/** `hasInit`: whether the engine can put a first process in front of the image's own. */
function rights(engine: EngineName, { container }: ContainerSpec, hasInit: boolean): string[] {
  const { initProcessEnabled, capabilities } = linuxParameters.parse(container.linuxParameters ?? {});
  const readOnly = container.readonlyRootFilesystem === true;
  return [
    ...(container.user === undefined ? [] : ['--user', container.user]),
    ...(readOnly ? ['--read-only'] : []),
    // Podman would put writable folders of its own into a root that is to be read.
    ...(readOnly && engine === 'podman' ? ['--read-only-tmpfs=false'] : []),
    ...capabilities.drop.flatMap((name) => ['--cap-drop', name]),
    ...capabilities.add.flatMap((name) => ['--cap-add', name]),
    ...(initProcessEnabled && hasInit ? ['--init'] : []),
  ];
}
