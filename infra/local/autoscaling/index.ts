import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { AlarmDefinition } from '../cloudwatch/alarm-definition.ts';
import { jsonHandler } from '../http/json-protocol.ts';
import type { PublishEvent } from '../ports.ts';
import type { LocalService } from '../service.ts';
import type { AutoscalingContext } from './operations/context.ts';
import { deleteScheduledAction } from './operations/delete-scheduled-action.ts';
import { describeScalableTargets } from './operations/describe-scalable-targets.ts';
import { describeScalingActivities } from './operations/describe-scaling-activities.ts';
import { describeScalingPolicies } from './operations/describe-scaling-policies.ts';
import { describeScheduledActions } from './operations/describe-scheduled-actions.ts';
import { putScheduledAction } from './operations/put-scheduled-action.ts';
import { registerScalableTarget } from './operations/register-scalable-target.ts';
import { policyExecution, readAlarmMessage } from './policy-execution.ts';
import { scalableTargetProvider } from './resources/scalable-target.ts';
import { scalingPolicyProvider } from './resources/scaling-policy.ts';
import { withoutFuture } from './scalable-target.ts';
import { type ScaledServices, scaling } from './scaling.ts';
import { scheduledScaling } from './scheduled-scaling.ts';
import { autoscalingStore } from './store.ts';
import { isLowAlarm, trackingAlarmDefinitions } from './tracking-alarms.ts';

/** What Application Auto Scaling needs of CloudWatch: the alarms of target tracking policies. */
export interface ScalingAlarms {
  putAlarm(definition: AlarmDefinition): unknown;
  alarmsWithAction(
    actionArn: string,
  ): readonly { readonly name: string; readonly arn: string; readonly inAlarm: boolean }[];
}

export interface AutoscalingOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  readonly ecs: ScaledServices;
  readonly cloudwatch: ScalingAlarms;
  readonly publishEvent: PublishEvent;
  /** Told of a scheduled action or a bound that fails; the default writes to standard error. */
  readonly onError?: (message: string) => void;
}

export interface AutoscalingService extends LocalService {
  /**
   * Runs a policy on an alarm's message: JSON with alarmName, state, threshold, comparisonOperator and datapoints, newest
   * first. Rejects with ObjectNotFoundException, ValidationException, or what ECS says.
   */
  executePolicy(policyArn: string, payload: string): Promise<void>;
  /** Hears that a service has as many tasks as it wants. */
  serviceSteady(cluster: string, service: string): void;
}

/** Application Auto Scaling of ECS services: step scaling, target tracking, scheduled actions. */
export function autoscalingService(options: AutoscalingOptions): AutoscalingService {
  const { database, clock, region, ecs, cloudwatch } = options;
  const onError = options.onError ?? ((message: string) => console.error(message));
  const store = autoscalingStore(database);
  const scaler = scaling({ store, clock, ecs, publishEvent: options.publishEvent });
  const scheduled = scheduledScaling(store, clock, scaler, onError);
  const execution = policyExecution({
    store,
    clock,
    scaling: scaler,
    isLow: (policyArn) =>
      cloudwatch.alarmsWithAction(policyArn).some(({ name, inAlarm }) => inAlarm && isLowAlarm(name)),
  });
  const context: AutoscalingContext = {
    store,
    scaling: scaler,
    scheduled,
    clock,
    region,
    alarmsWithAction: cloudwatch.alarmsWithAction,
  };
  const wanted = { targets: new Set<string>(), policies: new Set<string>(), scheduled: new Set<string>() };

  /** What the template no longer has would go on scaling. */
  function removeUnwanted(): void {
    for (const target of store.targets.list()) {
      if (target.declared !== undefined && !wanted.targets.has(target.resourceId)) {
        store.targets.remove(target.resourceId);
      }
    }
    for (const key of store.policies.keys()) if (!wanted.policies.has(key)) store.policies.remove(key);
    for (const key of store.scheduled.keys()) {
      const action = store.scheduled.find(key);
      const orphaned = action !== undefined && store.targets.find(action.resourceId) === undefined;
      if (orphaned || (action?.fromTemplate && !wanted.scheduled.has(key))) store.scheduled.remove(key);
    }
  }

  return {
    wire: {
      signingNames: ['application-autoscaling'],
      handle: jsonHandler({
        service: 'application-autoscaling',
        targetPrefix: 'AnyScaleFrontendService',
        version: '1.1',
        store: context,
        operations: [
          describeScalableTargets,
          registerScalableTarget,
          describeScalingPolicies,
          describeScalingActivities,
          describeScheduledActions,
          putScheduledAction,
          deleteScheduledAction,
        ],
      }),
    },
    providers: [
      scalableTargetProvider(context, wanted),
      scalingPolicyProvider(context, wanted, (policy, id) => {
        for (const alarm of trackingAlarmDefinitions(policy, id)) cloudwatch.putAlarm(alarm);
      }),
    ],
    executePolicy: async (policyArn, payload) => execution.execute(policyArn, readAlarmMessage(payload)),
    serviceSteady(cluster, service) {
      const target = store.targets.find(`service/${cluster}/${service}`);
      if (target) scaler.fulfilled(target);
    },
    start() {
      removeUnwanted();
      for (const known of store.targets.list()) {
        const target = withoutFuture(known, clock.now());
        if (target !== known) store.targets.put(target.resourceId, target);
        try {
          scaler.applyBounds(target);
        } catch (error) {
          onError(`The bounds of ${target.resourceId} could not be applied: ${String(error)}`);
        }
      }
      scheduled.start();
    },
    stop: () => scheduled.stop(),
  };
}
