import { ACCOUNT_ID } from '../account.ts';
import type { Clock } from '../clock.ts';
import type { Access, Principal } from './access.ts';
import { accessDenied } from './access-denied.ts';
import { evaluate } from './evaluate.ts';
import type { Policies } from './policies.ts';
import type { AccessRecord } from './record-access.ts';

export interface GuardOptions {
  readonly policies: () => Policies;
  readonly record: AccessRecord;
  readonly clock: Clock;
  readonly region: string;
}

/** Throws the AccessDenied of `service` unless the principal may do all of it. */
export type Guard = (service: string, principal: Principal, accesses: readonly Access[]) => void;

/** Makes the one place where requests are decided. */
export function guard({ policies, record, clock, region }: GuardOptions): Guard {
  function decide(service: string, principal: Principal, access: Access): void {
    const { action, resource, context = {} } = access;
    const lookUp = (key: string) => context[key] ?? principalValue(principal, key) ?? requestValue(key);
    const decision = evaluate(principal, { action, resource, lookUp }, applicable(policies(), principal, access));
    if (decision.allowed) {
      record.allowed(principal, access, decision.grants);
      return;
    }
    record.refused(principal, access, decision.refusal);
    throw accessDenied(service, principal, access, decision.refusal);
  }

  /** The keys that every request has, whoever makes it. */
  function requestValue(key: string): string | undefined {
    switch (key) {
      // The wire here is plain HTTP on 127.0.0.1; on AWS it is TLS, and a policy that asks for it is met by every SDK.
      case 'aws:SecureTransport':
        return 'true';
      case 'aws:RequestedRegion':
        return region;
      case 'aws:ResourceAccount':
        return ACCOUNT_ID;
      case 'aws:ViaAWSService':
        return 'false';
      case 'aws:CurrentTime':
        return new Date(clock.now()).toISOString();
      case 'aws:EpochTime':
        return String(Math.floor(clock.now() / 1000));
      default:
        return undefined;
    }
  }

  return (service, principal, accesses) => {
    for (const access of accesses) decide(service, principal, access);
  };
}

const TYPES: Readonly<Record<Principal['kind'], string | undefined>> = {
  role: 'AssumedRole',
  administrator: 'Account',
  service: undefined,
  anonymous: 'Anonymous',
};

function applicable(policies: Policies, principal: Principal, { action, resource }: Access) {
  const identity = principal.kind === 'role' ? policies.ofRole(principal.roleArn) : [];
  if (action === 'sts:AssumeRole') return { identity, resource: policies.trustOf(resource), resourceDecides: true };
  return { identity, resource: policies.ofResource(resource), resourceDecides: resource.startsWith('arn:aws:kms:') };
}

/** The keys that tell who asks. */
function principalValue(principal: Principal, key: string): string | undefined {
  const { kind } = principal;
  switch (key) {
    case 'aws:PrincipalIsAWSService':
      return String(kind === 'service');
    case 'aws:PrincipalServiceName':
      return kind === 'service' ? principal.name : undefined;
    case 'aws:PrincipalType':
      return TYPES[kind];
    case 'aws:PrincipalAccount':
      return kind === 'role' || kind === 'administrator' ? ACCOUNT_ID : undefined;
    case 'aws:PrincipalArn':
      if (kind === 'role') return principal.roleArn;
      return kind === 'administrator' ? principal.arn : undefined;
    case 'lambda:SourceFunctionArn':
      return kind === 'role' ? principal.functionArn : undefined;
    default:
      return undefined;
  }
}
