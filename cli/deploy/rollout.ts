/** One deployment of an ECS service, as DescribeServices gives it. */
export interface ServiceDeployment {
  readonly status: string;
  readonly taskDefinition: string;
  readonly rolloutState: string | undefined;
  readonly rolloutStateReason: string | undefined;
}

/** A service at one moment. */
export interface ServiceView {
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly deployments: readonly ServiceDeployment[];
  /** The newest first. */
  readonly events: readonly string[];
}

/** What became of the revision that was to run. */
export type Verdict =
  | { readonly verdict: 'running' }
  | { readonly verdict: 'waiting'; readonly why: string }
  | { readonly verdict: 'rolled-back'; readonly why: string };

/**
 * Compares what runs with what was meant to run: a stack can be complete although ECS took the service back to the
 * revision before. `intended` is the ARN of the task definition in the stack. Pure.
 */
export function judgeRollout(intended: string, service: ServiceView): Verdict {
  const primary = service.deployments.find(({ status }) => status === 'PRIMARY');
  const ours = service.deployments.find(({ taskDefinition }) => taskDefinition === intended);
  if (ours?.rolloutState === 'FAILED') return rolledBack(ours.rolloutStateReason, service);
  if (primary === undefined || service.deployments.length === 0) {
    return service.taskDefinition === intended
      ? { verdict: 'waiting', why: 'ECS reports no deployment yet' }
      : rolledBack(undefined, service);
  }
  if (primary.taskDefinition !== intended) {
    // A rollback is itself a deployment of the revision before, and the failed one is gone when it is done.
    return rolledBack(primary.rolloutStateReason, service);
  }
  // Deployments without a circuit breaker have no state: ours has one, a service that another tool made may not.
  if (primary.rolloutState === 'IN_PROGRESS') {
    return { verdict: 'waiting', why: primary.rolloutStateReason ?? 'the deployment is in progress' };
  }
  const others = service.deployments.length - 1;
  if (others > 0) return { verdict: 'waiting', why: `${others} older deployment${others > 1 ? 's' : ''} still drain` };
  return { verdict: 'running' };
}

/** Events that say why tasks did not come up, the newest three. */
const TELLING = /unable|failed|stopped|error|unhealthy|deregistered|circuit/i;

function rolledBack(reason: string | undefined, service: ServiceView): Verdict {
  const events = service.events.filter((event) => TELLING.test(event)).slice(0, 3);
  const told = [reason, ...events].filter((line): line is string => Boolean(line));
  return { verdict: 'rolled-back', why: told.length > 0 ? told.join('\n  ') : 'ECS gives no reason' };
}
