import { type Job, jobOf } from '../../core/job.ts';
import { type LaunchedJob, launchEnvironment, startedByOf } from '../../core/launch.ts';
import { launchOverrides } from '../../core/launch-overrides.ts';

/** A job as large objects make it. */
export const LARGE_JOB: Job = jobOf({
  bucket: 'inbox',
  key: 'scans/map 1.tif',
  versionId: 'v1',
  etag: 'e1',
  size: 50_000_000,
  sequencer: '01',
});

const CLUSTER = 'arn:aws:ecs:us-east-1:123456789012:cluster/main';

/** The ARN of the task that all these events are about. */
export const TASK_ARN = 'arn:aws:ecs:us-east-1:123456789012:task/main/0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01';

interface Container {
  readonly exitCode?: number | null;
  readonly reason?: string;
}

/** An "ECS Task State Change" in AWS's shape: `detail` laid over that of a stopped task, `container` over its container. */
export function taskEvent(detail: Record<string, unknown>, container: Container = {}): Record<string, unknown> {
  return {
    version: '0',
    id: 'e0000000-0000-0000-0000-000000000001',
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    account: '123456789012',
    time: '2026-03-01T12:04:31Z',
    region: 'us-east-1',
    resources: [TASK_ARN],
    detail: {
      attachments: [],
      availabilityZone: 'us-east-1a',
      clusterArn: CLUSTER,
      containers: [
        { name: 'worker', lastStatus: 'STOPPED', image: 'worker:1', taskArn: TASK_ARN, cpu: '0', ...container },
      ],
      cpu: '1024',
      memory: '2048',
      createdAt: '2026-03-01T12:00:02.184Z',
      stoppedAt: '2026-03-01T12:04:31.530Z',
      desiredStatus: 'STOPPED',
      group: 'family:job',
      lastStatus: 'STOPPED',
      overrides: { containerOverrides: [] },
      taskArn: TASK_ARN,
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/job:7',
      version: 6,
      ...detail,
    },
  };
}

/** What `detail` says of a launched job's task. */
export function launchedDetail(launched: Partial<LaunchedJob> = {}): Record<string, unknown> {
  const launch = { job: LARGE_JOB, attempt: 1, ...launched };
  return {
    startedBy: startedByOf(launch.job.jobId, launch.attempt),
    overrides: launchOverrides({ environment: launchEnvironment(launch), size: { cpu: 1024, memory: 2048 } }),
  };
}

/** What `detail` says of a task of the service. */
export const SERVICE_DETAIL = { group: 'service:worker', startedBy: 'ecs-svc/4820374826174038271' };

/** What `detail` says of a sweep. */
export const SWEEP_DETAIL = { group: 'family:sweep', startedBy: 'sweep/2026-03-01T12-00-00-000Z' };

/** Stop code and reason of a container that ended by itself. */
export const EXITED = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
