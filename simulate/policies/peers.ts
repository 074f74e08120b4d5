import type { Policy, View } from '../engine/policy.ts';
import type { Random } from '../random.ts';
import { AWS, type Setting, taskRate } from '../setting.ts';
import { keda } from './keda.ts';
import { stepScale } from './step-scaling.ts';
import { type TargetTracking, trackTarget } from './target-tracking.ts';
import { together } from './together.ts';

/** Application Auto Scaling's for ECS. */
const COOLDOWN = 300;
/** Minutes of datapoints below the target that target tracking waits for. */
const IN_MINUTES = 15;

const perTask = ({ visible, running }: View) => visible / Math.max(1, running);

function trackCpu(target: number, fast: boolean, random: Random, outCooldown: number) {
  const period = fast ? 20 : 60;
  return trackTarget(
    {
      target,
      period,
      lag: fast ? AWS.fastCpuMetricLag : AWS.cpuMetricLag,
      value: ({ busyShare }) => busyShare,
      outCooldown,
      inCooldown: COOLDOWN,
      inPoints: (IN_MINUTES * 60) / period,
    },
    random,
  );
}

/** aws-ecs-patterns: CPU at 50 %, and steps on the visible messages of five minutes: +1 from 100, +5 from 500, -1 at 0. */
function cdk(random: Random, period: number) {
  const queue = { period, statistic: 'maximum', lag: AWS.queueMetricLag, evaluations: 1, cooldown: COOLDOWN } as const;
  const value = ({ visible }: View) => visible;
  return together(
    trackCpu(0.5, false, random, COOLDOWN),
    stepScale(
      {
        ...queue,
        value,
        direction: 'out',
        threshold: 100,
        steps: [100, 500].map((from, index) => ({ from, change: index === 0 ? 1 : 5 })),
      },
      random,
    ),
    stepScale({ ...queue, value, direction: 'in', threshold: 0, steps: [{ from: 0, change: -1 }] }, random),
  );
}

/** Target tracking by the minute on what waits for each task; its target is the latency target by the duration of a job. */
function trackBacklog(pace: Pick<TargetTracking, 'lag' | 'outCooldown' | 'inCooldown'>): Policy['begin'] {
  return (setting, work, random) => {
    const target = acceptable(setting, work.jobSeconds);
    return together(trackTarget({ target, period: 60, value: perTask, inPoints: IN_MINUTES, ...pace }, random));
  };
}

/** Messages of backlog a task that the latency target allows: the target by the duration of a job, times slots. */
const acceptable = (setting: Setting, jobSeconds: number) =>
  setting.latencyTargetSeconds * taskRate(setting, jobSeconds);

/** The peers' published ways, at their defaults and as their own documents tune them. */
export const PEERS: readonly Policy[] = [
  {
    name: 'CDK, as it comes',
    about: 'QueueProcessingFargateService: 1 to 2 tasks',
    minTasks: 1,
    maxTasks: 2,
    protects: 'none',
    responder: false,
    begin: (_setting, _work, random) => cdk(random, 300),
  },
  {
    name: 'CDK, more tasks',
    about: 'the same with maxScalingCapacity of the template',
    minTasks: 1,
    protects: 'none',
    responder: false,
    begin: (_setting, _work, random) => cdk(random, 300),
  },
  {
    name: 'CDK, tuned',
    about: 'and with its metric of the queue at a period of one minute',
    minTasks: 1,
    protects: 'none',
    responder: false,
    begin: (_setting, _work, random) => cdk(random, 60),
  },
  {
    name: 'AWS backlog per task',
    about: 'target tracking by metric math; the target is the latency target by the duration of a job',
    minTasks: 1,
    protects: 'none',
    responder: false,
    begin: trackBacklog({ lag: AWS.queueMetricLag, outCooldown: COOLDOWN, inCooldown: COOLDOWN }),
  },
  {
    name: 'Copilot queue_delay',
    about: 'backlog per task once a minute by a function; cooldowns of 60 and 120 s',
    minTasks: 1,
    protects: 'none',
    responder: false,
    begin: trackBacklog({ lag: [10, 40], outCooldown: 60, inCooldown: 120 }),
  },
  {
    name: 'KEDA, as it comes',
    about: 'polling 30 s, 5 messages a task, from zero',
    minTasks: 0,
    protects: 'none',
    responder: false,
    begin: (_setting, _work, random) => keda({ pollSeconds: 30, perTask: 5, ageSeconds: 3 }, random),
  },
  {
    name: 'KEDA, tuned',
    about: 'polling 10 s, messages a task by the latency target',
    minTasks: 0,
    protects: 'none',
    responder: false,
    begin: (setting, work, random) =>
      keda({ pollSeconds: 10, perTask: acceptable(setting, work.jobSeconds), ageSeconds: 3 }, random),
  },
  {
    name: 'CPU 60 %, one minute',
    about: 'target tracking on ECSServiceAverageCPUUtilization, cooldowns of 300 s',
    minTasks: 1,
    protects: 'none',
    responder: false,
    begin: (_setting, _work, random) => together(trackCpu(0.6, false, random, COOLDOWN)),
  },
  {
    name: 'CPU 60 %, 20 seconds',
    about: 'target tracking on the high-resolution CPU metric, scale-out cooldown of 60 s',
    minTasks: 1,
    protects: 'none',
    responder: false,
    begin: (_setting, _work, random) => together(trackCpu(0.6, true, random, 60)),
  },
];
