import type { Authorization, AuthorizationTable } from '../authorization.ts';
import { AUTOSCALING } from './autoscaling.ts';
import { CLOUDFORMATION } from './cloudformation.ts';
import { CLOUDWATCH } from './cloudwatch.ts';
import { ECS } from './ecs.ts';
import { EVENTS } from './events.ts';
import { LAMBDA } from './lambda.ts';
import { LOGS } from './logs.ts';
import { S3 } from './s3.ts';
import { SCHEDULER } from './scheduler.ts';
import { SNS } from './sns.ts';
import { SQS } from './sqs.ts';
import { STS } from './sts.ts';

/**
 * What callers must be allowed for every operation of the stand-in, by the signing name of its service. Each table says
 * where it comes from; the reference is https://docs.aws.amazon.com/service-authorization/latest/reference/.
 */
const TABLES = {
  'application-autoscaling': AUTOSCALING,
  cloudformation: CLOUDFORMATION,
  ecs: ECS,
  events: EVENTS,
  lambda: LAMBDA,
  logs: LOGS,
  monitoring: CLOUDWATCH,
  s3: S3,
  scheduler: SCHEDULER,
  sns: SNS,
  sqs: SQS,
  sts: STS,
} satisfies Record<string, AuthorizationTable<never>>;

/** Finds the authorization of an operation; the input must be that of the service's own protocol. */
export function authorizationOf(service: string, operation: string): Authorization<object> | undefined {
  const table: AuthorizationTable<never> | undefined = Object.hasOwn(TABLES, service)
    ? TABLES[service as keyof typeof TABLES]
    : undefined;
  if (table === undefined || !Object.hasOwn(table, operation)) return undefined;
  return table[operation] as Authorization<object> | undefined;
}

/** Names of the operations that a service's table has. */
export function authorizedOperations(service: string): string[] {
  return Object.hasOwn(TABLES, service) ? Object.keys(TABLES[service as keyof typeof TABLES]) : [];
}
