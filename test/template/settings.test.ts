import { describe, expect, test } from 'vitest';
import {
  type Environment,
  onObjectCreatedSettings,
  onScheduleSettings,
  onTaskStoppedSettings,
  serviceSettings,
  sweepSettings,
  taskSettings,
} from '../../aws/settings.ts';
import { jobOf } from '../../core/job.ts';
import { launchEnvironment } from '../../core/launch.ts';
import { PROFILES } from '../../infra/profiles.ts';
import { environmentOf, type Stage } from './template.ts';

const LAUNCH = launchEnvironment({
  job: jobOf({ bucket: 'inbox', key: 'k', versionId: 'v', etag: 'e', size: 1, sequencer: '00' }),
  attempt: 1,
});

interface Principal {
  readonly logicalId: string;
  readonly read: (environment: Environment) => Record<string, unknown>;
  /** What comes with each launch. */
  readonly launch?: Record<string, string>;
}

const PRINCIPALS: readonly Principal[] = [
  { logicalId: 'OnObjectCreatedLambdaFunction', read: onObjectCreatedSettings },
  { logicalId: 'OnScheduleLambdaFunction', read: onScheduleSettings },
  { logicalId: 'OnTaskStoppedLambdaFunction', read: onTaskStoppedSettings },
  { logicalId: 'WorkerTaskDefinition', read: serviceSettings },
  { logicalId: 'JobTaskDefinition', read: taskSettings, launch: LAUNCH },
  { logicalId: 'SweepTaskDefinition', read: sweepSettings },
];

/** Settings that the code may have without the template: a default that no stage has a reason to change. */
const LEFT_TO_THE_CODE = ['SWEEP_GRACE_SECONDS'];

describe.each(PRINCIPALS)('the environment of $logicalId', ({ logicalId, read, launch = {} }) => {
  test.each<Stage>([...PROFILES.map((profile) => profile.name), 'custom'])(
    'satisfies its reader in profile %s',
    (stage) => {
      expect(() => read({ ...environmentOf(stage, logicalId), ...launch })).not.toThrow();
    },
  );

  test('names every variable that its reader knows', () => {
    const environment = { ...environmentOf('dev', logicalId), ...launch };
    const missing = Object.keys(read(environment)).filter((name) => !(name in environment));
    expect(missing.filter((name) => !LEFT_TO_THE_CODE.includes(name))).toEqual([]);
  });

  test('holds text alone, and nothing that sounds like a secret', () => {
    for (const [name, value] of Object.entries(environmentOf('custom', logicalId))) {
      expect(value, name).toBeTypeOf('string');
      expect(name).not.toMatch(/SECRET|PASSWORD|TOKEN|CREDENTIAL|ACCESS_KEY/);
    }
  });
});

describe('settings that depend on one another', () => {
  test('the smallest task is the size of the job task definition', () => {
    expect(environmentOf('custom', 'OnObjectCreatedLambdaFunction')).toMatchObject({
      SMALLEST_CPU: '2048',
      SMALLEST_MEMORY: '4096',
    });
  });

  test('processors of a service with all slots taken fit into the task beside the worker', () => {
    for (const [stage, memory] of [
      ['dev', 2048],
      ['custom', 4096],
    ] as const) {
      const { SLOTS, PROCESSOR_MEMORY_MIB } = environmentOf(stage, 'WorkerTaskDefinition');
      expect(Number(SLOTS) * Number(PROCESSOR_MEMORY_MIB)).toBeLessThanOrEqual(memory - 256);
      expect(Number(PROCESSOR_MEMORY_MIB)).toBeGreaterThanOrEqual(512);
    }
    expect(environmentOf('custom', 'WorkerTaskDefinition').SLOTS).toBe('3');
  });
});
