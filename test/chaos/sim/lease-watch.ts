import { recordKeys } from '../../../core/outcome.ts';
import { type SweepLease, sweepLeaseSchema } from '../../../core/sweep-lease.ts';
import type { Violation } from '../checker.ts';
import type { Simulation } from './simulation.ts';

/** Follows the sweep's lease from write to write. */
export interface LeaseWatch {
  recordWritten(key: string): void;
  /** Leases that were taken from a sweep that had every right to go on. */
  readonly violations: readonly Violation[];
  /** Nobody has given the last one back. */
  readonly held: boolean;
}

export function createLeaseWatch({ s3, ecs, scheduler }: Simulation): LeaseWatch {
  const violations: Violation[] = [];
  let standing: SweepLease | undefined;

  function isInForce({ owner, released, expiresAt }: SweepLease): boolean {
    const isAlive = ecs.tasks.get(owner)?.stoppedAt === undefined;
    return !released && isAlive && Date.parse(expiresAt) > scheduler.now();
  }

  return {
    recordWritten(key) {
      if (key !== recordKeys.sweepLease()) return;
      const lease = sweepLeaseSchema.parse(JSON.parse(s3.results.get(key)?.body.toString() ?? ''));
      if (standing !== undefined && lease.owner !== standing.owner && isInForce(standing)) {
        const detail = `${lease.owner} took it`;
        violations.push({ category: 'duplicated', rule: 'sweeps-overlap', subject: standing.owner, detail });
      }
      standing = lease;
    },
    violations,
    get held() {
      return standing !== undefined && !standing.released;
    },
  };
}
