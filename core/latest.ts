import { compareSequencers } from './job.ts';
import type { Latest } from './outcome.ts';

/**
 * Whether `candidate` is a newer version of its key than `current`: by sequencer where both have one, otherwise by
 * S3's LastModified. A candidate whose order cannot be told stays behind: the pointer only ever moves forward.
 */
export function isNewer(candidate: Latest, current: Latest): boolean {
  if (candidate.jobId === current.jobId) return false;
  if (candidate.sequencer !== '' && current.sequencer !== '') {
    return compareSequencers(candidate.sequencer, current.sequencer) > 0;
  }
  if (candidate.lastModified === undefined || current.lastModified === undefined) return false;
  return Date.parse(candidate.lastModified) > Date.parse(current.lastModified);
}
