import { SlipwayError } from '../../core/errors.ts';
import type { ObjectVersion } from '../../core/job.ts';
import { isNewer } from '../../core/latest.ts';
import type { Latest, Outcome } from '../../core/outcome.ts';
import type { JobPorts } from '../job-ports.ts';

const MAX_CONFLICTS = 10;

/**
 * Points `latest/…` at a complete outcome if that is the newest version of its key; forward only, by compare-and-swap.
 * Whether it had to.
 */
export async function moveLatest(
  ports: Pick<JobPorts, 'latest' | 'objects'>,
  outcome: Outcome,
  lastModified?: string,
): Promise<boolean> {
  const { source } = outcome;
  if (source === undefined) return false;
  let modified = lastModified;
  for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts += 1) {
    const current = await ports.latest.read(source.key);
    if (current?.record.jobId === outcome.jobId) return false;
    // The order takes a date where one of the two has no sequencer, now or later: the pointer always carries one.
    modified ??= await ports.objects.lastModified(source);
    const candidate = pointerTo(outcome, source, modified);
    if (current !== undefined && !(await comesAfter(ports, candidate, current.record, source))) return false;
    if (await ports.latest.write(candidate, current?.etag)) return true;
  }
  throw new SlipwayError('latest-contended', 'The pointer of the key changes too often.', { retryable: true });
}

/** What stays undecided leaves the pointer where it is: it only ever moves forward. */
async function comesAfter(
  ports: Pick<JobPorts, 'objects'>,
  candidate: Latest,
  current: Latest,
  source: ObjectVersion,
): Promise<boolean> {
  const newer = isNewer(candidate, current);
  if (newer !== undefined) return newer;
  return current.versionId !== undefined && (await ports.objects.isStoredAfter(source, current.versionId));
}

function pointerTo(outcome: Outcome, source: NonNullable<Outcome['source']>, lastModified: string | undefined): Latest {
  return {
    v: 1,
    key: source.key,
    jobId: outcome.jobId,
    ...(source.versionId === undefined ? {} : { versionId: source.versionId }),
    sequencer: source.sequencer,
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}
