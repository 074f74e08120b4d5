import { SlipwayError } from '../../core/errors.ts';
import { groupRule, serviceRule } from './compute.ts';
import { addressRule, endpointRule, keyRule, natRule, secretRule } from './network.ts';
import type { CostRow } from './row.ts';
import { type CostContext, FREE, type IdleRule } from './rules.ts';
import type { StackResource } from './stack-resources.ts';
import { queuePollingRule, scheduleRule } from './ticking.ts';
import { alarmRule, clusterRule, compositeAlarmRule, dashboardRule } from './watching.ts';

const PAID: Readonly<Record<string, IdleRule>> = {
  'AWS::AutoScaling::AutoScalingGroup': groupRule,
  'AWS::CloudWatch::Alarm': alarmRule,
  'AWS::CloudWatch::CompositeAlarm': compositeAlarmRule,
  'AWS::CloudWatch::Dashboard': dashboardRule,
  'AWS::EC2::EIP': addressRule,
  'AWS::EC2::NatGateway': natRule,
  'AWS::EC2::VPCEndpoint': endpointRule,
  'AWS::ECS::Cluster': clusterRule,
  'AWS::ECS::Service': serviceRule,
  'AWS::KMS::Key': keyRule,
  'AWS::Lambda::EventSourceMapping': queuePollingRule,
  'AWS::Scheduler::Schedule': scheduleRule,
  'AWS::SecretsManager::Secret': secretRule,
};

/** What a stack costs while nobody uses it, by resource. Throws when it has a type that nobody has thought of. */
export function idleRows(resources: readonly StackResource[]): readonly CostRow[] {
  const unknown = [...new Set(resources.map(({ type }) => type))].filter((type) => !(type in PAID) && !(type in FREE));
  if (unknown.length > 0) {
    throw new SlipwayError(
      'cost',
      `Nobody has said what these cost: ${unknown.join(', ')}. Add them to cli/cost/estimate.ts, or to FREE in cli/cost/rules.ts.`,
    );
  }
  const context = contextOf(resources);
  return resources.flatMap((resource) => PAID[resource.type]?.(resource, context) ?? []);
}

/** Questions about a stack, for rules. */
export function contextOf(resources: readonly StackResource[]): CostContext {
  return {
    resources,
    find: (logicalId) => resources.find((resource) => resource.logicalId === logicalId),
    ofType: (type) => resources.filter((resource) => resource.type === type),
  };
}

/** Dollars a month. */
export function total(rows: readonly CostRow[]): number {
  return rows.reduce((sum, { dollars }) => sum + dollars, 0);
}
