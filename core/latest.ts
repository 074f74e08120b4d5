import { compareSequencers } from './job.ts';
import type { Latest } from './outcome.ts';

/**
 * Whether `candidate` is a newer version of its key than `current`: by sequencer where both have one, otherwise by S3's
 * LastModified. Undefined where neither tells: S3's dates are whole seconds, and an object can be replaced faster.
 */
export function isNewer(candidate: Latest, current: Latest): boolean | undefined {
  if (candidate.jobId === current.jobId) return false;
  if (candidate.sequencer !== '' && current.sequencer !== '') {
    return compareSequencers(candidate.sequencer, current.sequencer) > 0;
  }
  if (candidate.lastModified === undefined || current.lastModified === undefined) return undefined;
  const milliseconds = Date.parse(candidate.lastModified) - Date.parse(current.lastModified);
  return milliseconds === 0 ? undefined : milliseconds > 0;
}
