import { z } from 'zod';
import type { Policy, View } from '../engine/policy.ts';
import { AWS } from '../setting.ts';
import { readYaml, type Stage } from '../stage.ts';
import { type StepScaling, stepScale } from './step-scaling.ts';
import { trackTarget } from './target-tracking.ts';
import { together } from './together.ts';

const stepSchema = z.object({
  MetricIntervalLowerBound: z.number().optional(),
  ScalingAdjustment: z.union([z.number(), z.string()]),
});
const resourceSchema = z.object({
  Type: z.string(),
  Properties: z
    .object({
      Threshold: z.number(),
      EvaluationPeriods: z.number(),
      Period: z.number(),
      ComparisonOperator: z.string(),
      AlarmActions: z.array(z.string()),
      StepScalingPolicyConfiguration: z.object({
        AdjustmentType: z.string(),
        Cooldown: z.number(),
        StepAdjustments: z.array(stepSchema),
      }),
      TargetTrackingScalingPolicyConfiguration: z.object({
        ScaleOutCooldown: z.number(),
        ScaleInCooldown: z.number(),
      }),
    })
    .partial(),
});
type Resources = Readonly<Record<string, z.output<typeof resourceSchema>>>;
const fileSchema = z.object({ Resources: z.record(z.string(), resourceSchema) });

const depth = ({ visible, inFlight }: View) => visible + inFlight;

/** What the alarms of the template look at, by the names that it has for them. */
const METRICS: Readonly<Record<string, (view: View) => number>> = {
  JobsWithoutTaskAlarm: ({ running, visible }) => (running < 1 ? visible : 0),
};

/** The policies of AWS itself that the template offers, with the numbers of infra/scaling-backlog.yml and infra/scaling-steps.yml. */
export async function readNativePolicies(stage: Stage): Promise<readonly Policy[]> {
  const [backlog, steps] = await Promise.all(
    ['backlog', 'steps'].map(async (name) => fileSchema.parse(await readYaml(`infra/scaling-${name}.yml`)).Resources),
  );
  return [
    policyOf(
      'Slipway backlog',
      'scaling: backlog, target tracking on visible and hidden messages per task',
      backlog ?? {},
      stage,
    ),
    policyOf('Slipway steps', 'scaling: steps, exact counts on a metric of ten seconds', steps ?? {}, stage),
  ];
}

function policyOf(name: string, about: string, resources: Resources, stage: Stage): Policy {
  const ladders = Object.entries(resources).flatMap(([id, resource]) => ladderOf(id, resource, resources, stage));
  const tracking = Object.values(resources).flatMap(
    ({ Properties }) => Properties.TargetTrackingScalingPolicyConfiguration ?? [],
  );
  return {
    name,
    about,
    minTasks: 0,
    protects: 'busy',
    responder: false,
    begin: (_setting, _work, random) =>
      together(
        ...ladders.map((ladder) => stepScale(ladder, random)),
        ...tracking.map(({ ScaleOutCooldown, ScaleInCooldown }) =>
          trackTarget(
            {
              target: stage.backlogPerTask,
              period: 60,
              lag: AWS.queueMetricLag,
              value: (view) => depth(view) / Math.max(1, view.running),
              outCooldown: ScaleOutCooldown,
              inCooldown: ScaleInCooldown,
              inPoints: 15,
            },
            random,
          ),
        ),
      ),
  };
}

/** An alarm with the steps of the policy that it calls. */
function ladderOf(
  id: string,
  { Properties: alarm }: Resources[string] & object,
  resources: Resources,
  stage: Stage,
): StepScaling[] {
  const steps = resources[alarm.AlarmActions?.[0] ?? '']?.Properties.StepScalingPolicyConfiguration;
  if (steps === undefined || alarm.Threshold === undefined) return [];
  const threshold = alarm.Threshold;
  const exact = steps.AdjustmentType === 'ExactCapacity';
  const out = alarm.ComparisonOperator === 'GreaterThanOrEqualToThreshold';
  // What the scaler publishes itself has periods of ten seconds; what SQS reports comes by the minute.
  const period = alarm.Period ?? 60;
  return [
    {
      direction: out ? 'out' : 'in',
      threshold,
      period,
      statistic: 'maximum',
      lag: alarm.Period === undefined ? AWS.queueMetricLag : AWS.ownMetricLag,
      value: METRICS[id] ?? depth,
      evaluations: alarm.EvaluationPeriods ?? 1,
      cooldown: steps.Cooldown,
      steps: steps.StepAdjustments.map(({ MetricIntervalLowerBound = 0, ScalingAdjustment }) => {
        const count = typeof ScalingAdjustment === 'number' ? ScalingAdjustment : stage.maxTasks;
        return { from: threshold + MetricIntervalLowerBound, ...(exact ? { exact: count } : { change: count }) };
      }),
    },
  ];
}
