import { ACCOUNT_ID } from '../account.ts';
import type { Clock } from '../clock.ts';
import { notImplemented } from '../http/aws-error.ts';
import type { CallAccess } from '../http/wire.ts';
import type { Deliver, Rights } from '../ports.ts';
import { type Principals, sessionArn } from '../principals.ts';
import type { Stack } from '../template/create-stack.ts';
import type { Principal } from './access.ts';
import type { Lookups, TaskDefinitionFacts } from './authorization.ts';
import { authorizationOf } from './authorizations/all.ts';
import { grantNames } from './grants.ts';
import { guard as newGuard } from './guard.ts';
import { guardedDeliver } from './guarded-deliver.ts';
import { keyArn } from './key-arn.ts';
import { checkLogKeys } from './log-keys.ts';
import { type PolicySources, policies as readPolicies } from './policies.ts';
import { NO_RECORD, recordAccess } from './record-access.ts';
import { stackLabels } from './stack-labels.ts';

export interface AccessControlOptions {
  readonly region: string;
  readonly clock: Clock;
  readonly principals: Principals;
  /** The folder for records of what was allowed and refused; without it nothing is recorded. */
  readonly recordsDirectory?: string | undefined;
}

/** What access control knows of the stack, beside its names. */
export interface StackFacts extends PolicySources {
  taskDefinition(reference: string): TaskDefinitionFacts | undefined;
  /** What an alias of a key stands for: the key's ID or ARN. */
  keyOfAlias(alias: string): string | undefined;
}

/** IAM: decides every request by the policies of the stack. */
export interface AccessControl {
  /** The rights of whoever signed a request. */
  callAccess(service: string, accessKeyId: string): CallAccess;
  /** The rights of roles that the stand-in's own services act with. */
  readonly rights: Rights;
  /** Puts permissions before deliveries. */
  deliver(deliver: Deliver): Deliver;
  /** Reads every policy of the stack. Throws PolicyError for one that cannot be evaluated, AccessDenied for a log's key. */
  open(stack: Pick<Stack, 'name' | 'resources'>, facts: StackFacts): void;
  /** Every grant of the stack's policies, by name. */
  grants(): string[];
}

/** Makes access control. Until `open` it knows no policy, and only administrators may do anything. */
export function accessControl(options: AccessControlOptions): AccessControl {
  const { region, clock, principals } = options;
  let facts: StackFacts = {
    roles: () => [],
    resources: {},
    taskDefinition: () => undefined,
    keyOfAlias: () => undefined,
  };
  let policies = readPolicies(facts);
  let names = grantNames(policies, (text) => text);
  const lookups: Lookups = {
    region,
    taskDefinition: (reference) => facts.taskDefinition(reference),
    keyOf: (arn) => keyArn(policies.find(arn)?.key, region, facts.keyOfAlias),
  };
  const { recordsDirectory } = options;
  const record = recordsDirectory === undefined ? NO_RECORD : recordAccess(recordsDirectory, () => names);
  const guard = newGuard({ policies: () => policies, record, clock, region });

  const rights: Rights = {
    assume(service, roleArn, sourceArn) {
      const source = sourceArn && { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': ACCOUNT_ID };
      const context = source ? { context: source } : {};
      guard('sts', { kind: 'service', name: service }, [{ action: 'sts:AssumeRole', resource: roleArn, ...context }]);
    },
    demand({ roleArn, session }, service, accesses) {
      guard(service, { kind: 'role', roleArn, arn: sessionArn(roleArn, session) }, accesses);
    },
  };

  function accessOf(service: string, principal: Principal): CallAccess {
    return {
      demand(operation, input) {
        const authorization = authorizationOf(service, operation);
        if (authorization) guard(service, principal, authorization(Object(input), lookups));
        // What is not in the tables nobody but the administrator may do: silence would be a grant.
        else if (principal.kind !== 'administrator') throw notImplemented(`The permission for ${service}:${operation}`);
      },
      demandAll: (ask) => guard(service, principal, ask(lookups)),
      as: (accessKeyId) => accessOf(service, principals.principalOf(accessKeyId)),
    };
  }

  return {
    callAccess: (service, accessKeyId) => accessOf(service, principals.principalOf(accessKeyId)),
    rights,
    deliver: guardedDeliver(guard, rights, lookups),
    open(stack, found) {
      facts = found;
      policies = readPolicies(found);
      names = grantNames(policies, stackLabels(stack));
      names.all();
      checkLogKeys(guard, found, region);
    },
    grants: () => names.all(),
  };
}
