import { CONTAINER_NAME } from './launch.ts';
import type { TaskSize } from './task-size.ts';

/** What one launch changes of its task definition. */
export interface LaunchChanges {
  readonly environment: Readonly<Record<string, string>>;
  readonly size?: TaskSize;
  /** Ephemeral storage, GiB. */
  readonly scratchGib?: number;
}

/** RunTask's `overrides`. */
export interface LaunchOverrides {
  readonly cpu?: string;
  readonly memory?: string;
  readonly ephemeralStorage?: { readonly sizeInGiB: number };
  readonly containerOverrides: readonly {
    readonly name: string;
    readonly environment: readonly { readonly name: string; readonly value: string }[];
    readonly memory?: number;
  }[];
}

/** Characters, braces and quotes included (Amazon ECS API Reference, RunTask, `overrides`). */
export const OVERRIDES_LIMIT = 8192;

/** The overrides of a launch. The container's own memory ceiling has to follow the task's, or it would stay in force. */
export function launchOverrides({ environment, size, scratchGib }: LaunchChanges): LaunchOverrides {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  return {
    ...(size === undefined ? {} : { cpu: String(size.cpu), memory: String(size.memory) }),
    ...(scratchGib === undefined ? {} : { ephemeralStorage: { sizeInGiB: scratchGib } }),
    containerOverrides: [
      { name: CONTAINER_NAME, environment: variables, ...(size === undefined ? {} : { memory: size.memory }) },
    ],
  };
}

/** Length of the overrides as ECS counts it. */
export function overridesLength(overrides: LaunchOverrides): number {
  return JSON.stringify(overrides).length;
}
