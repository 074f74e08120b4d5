import type { Outcome } from './outcome.ts';

/** The attribute of a dead letter that names the outcome it is a copy of. */
export const FAILED_AT = 'failedAt';

/**
 * The attributes of a failed job's copy in a dead-letter queue. A redrive keeps them, and so tells whoever receives the
 * message which failure is to be tried again.
 */
export function deadLetterAttributes(outcome: Outcome): Record<string, string> {
  const { reason = 'unknown', jobId, attempts, finishedAt } = outcome;
  return { reason, jobId, attempts: String(attempts), [FAILED_AT]: finishedAt };
}

/**
 * Whether a message asks for the very failure that stands to be replaced. Of several copies of one failure only the first
 * does so: what they brought about has another date.
 */
export function isRedriveOf(failedAt: string | undefined, standing: Pick<Outcome, 'status' | 'finishedAt'>): boolean {
  return failedAt !== undefined && standing.status === 'failed' && standing.finishedAt === failedAt;
}
