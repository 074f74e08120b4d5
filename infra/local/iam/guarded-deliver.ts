import { ACCOUNT_ID } from '../account.ts';
import { AwsError } from '../http/aws-error.ts';
import type { Deliver, DeliveryTarget, Rights } from '../ports.ts';
import type { Access, Principal } from './access.ts';
import type { Lookups } from './authorization.ts';
import { onKeyOf } from './encryption.ts';
import type { Guard } from './guard.ts';
import { serviceOf } from './policies.ts';

/** What a delivery does to a target, by the service in its ARN. A scaling policy is run with CloudWatch's own rights. */
const ACTIONS: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
};

/**
 * Puts the permissions of a delivery before it. EventBridge, SNS and CloudWatch act in their own name, which the target's
 * policy must allow; the Scheduler and Lambda act with the role that they were given.
 */
export function guardedDeliver(guard: Guard, rights: Rights, lookups: Lookups): (deliver: Deliver) => Deliver {
  /** In the name of the service that the source belongs to. */
  function demandOfService(service: string, { sourceArn }: DeliveryTarget, accesses: readonly Access[]): void {
    const source = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': ACCOUNT_ID };
    const withSource = accesses.map((access) => ({ ...access, context: { ...access.context, ...source } }));
    guard(service, servicePrincipal(serviceOf(sourceArn), service), withSource);
  }

  function demandOfRole(service: string, target: DeliveryTarget, accesses: readonly Access[]): void {
    const { roleArn, sourceArn } = target;
    if (roleArn === undefined) {
      throw new AwsError('AccessDeniedException', `${sourceArn} has no role to reach ${target.arn} with.`, 403);
    }
    if (serviceOf(sourceArn) === 'scheduler') rights.assume('scheduler.amazonaws.com', roleArn, groupOf(sourceArn));
    rights.demand({ roleArn, session: sessionOf(sourceArn) }, service, accesses);
  }

  return (deliver) => async (target, payload, options) => {
    const service = serviceOf(target.arn);
    const action = ACTIONS[service];
    if (action !== undefined) {
      const keyed = service === 'lambda' ? [] : onKeyOf(target.arn, ['kms:GenerateDataKey', 'kms:Decrypt'], lookups);
      const actsWithRole = ['scheduler', 'lambda'].includes(serviceOf(target.sourceArn));
      const demand = actsWithRole ? demandOfRole : demandOfService;
      demand(service, target, [{ action, resource: target.arn }, ...keyed]);
    }
    return deliver(target, payload, options);
  };
}

function servicePrincipal(source: string, target: string): Principal {
  // Alarms invoke functions under a name of their own.
  const isAlarm = source === 'cloudwatch' && target === 'lambda';
  return { kind: 'service', name: isAlarm ? 'lambda.alarms.cloudwatch.amazonaws.com' : `${source}.amazonaws.com` };
}

/** The Scheduler assumes its roles in the name of the schedule's group, `schedule-group/default`. */
function groupOf(scheduleArn: string): string {
  return scheduleArn.replace(/:schedule\/([^/]+)\/.*$/, ':schedule-group/$1');
}

function sessionOf(sourceArn: string): string {
  return sourceArn.split(/[/:]/).at(-1) ?? 'session';
}
