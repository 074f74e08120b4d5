import type { ObjectVersion } from './object-version.ts';
import { headerNotImplemented, noSuchKey, preconditionFailed } from './s3-error.ts';

/** What must hold for a write: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export interface WriteConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

type Headers = Readonly<Record<string, string>>;

/** Reads the conditions of a write. S3 knows `*` alone for If-None-Match there. */
export function readWriteConditions(headers: Headers): WriteConditions {
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw headerNotImplemented('If-None-Match');
  return { ifMatch: headers['if-match'], ifNoneMatch };
}

/** Holds a write against the newest version; a delete marker counts as missing. Throws PreconditionFailed, NoSuchKey. */
export function checkWriteConditions(
  conditions: WriteConditions,
  key: string,
  newest: Pick<ObjectVersion, 'etag' | 'deleteMarker'> | undefined,
): void {
  const current = newest?.deleteMarker ? undefined : newest;
  if (conditions.ifNoneMatch !== undefined && current) throw preconditionFailed('If-None-Match');
  if (conditions.ifMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!matchesEtag(conditions.ifMatch, current.etag)) throw preconditionFailed('If-Match');
}

/** Holds a read against its conditions, in RFC 9110's order. True when the answer is 304. Throws PreconditionFailed. */
export function isNotModified(headers: Headers, version: ObjectVersion): boolean {
  const modifiedAt = Math.floor(version.modifiedAt / 1000) * 1000;
  const ifMatch = headers['if-match'];
  const ifUnmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  const ifNoneMatch = headers['if-none-match'];
  const ifModifiedSince = Date.parse(headers['if-modified-since'] ?? '');
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, version.etag)) throw preconditionFailed('If-Match');
  } else if (modifiedAt > ifUnmodifiedSince) throw preconditionFailed('If-Unmodified-Since');
  if (ifNoneMatch !== undefined) return matchesEtag(ifNoneMatch, version.etag);
  return modifiedAt <= ifModifiedSince;
}

function matchesEtag(condition: string, etag: string): boolean {
  return condition.split(',').some((candidate) => {
    const bare = candidate.trim().replace(/^W\//, '').replaceAll('"', '');
    return bare === '*' || bare === etag;
  });
}
