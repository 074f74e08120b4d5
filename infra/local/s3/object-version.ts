import type { StoredBody } from './bodies.ts';
import type { Checksum } from './checksums.ts';

/** What a client stored with an object beside its bytes. */
export interface ObjectAttributes {
  /** Headers given back as they are: content type and its kin, `x-amz-meta-*`, encryption, storage class. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Present for a multipart object: how many parts it was made of. */
  readonly partsCount?: number | undefined;
}

/** The version ID of what was written while versioning was not on. */
export const NULL_VERSION = 'null';

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly sequence: number;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly deleteMarker: boolean;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Unix epoch, milliseconds. */
  readonly modifiedAt: number;
  readonly attributes: ObjectAttributes;
  readonly segments: StoredBody['segments'];
}

/** An object version as its table has it. */
export interface VersionRow {
  readonly sequence: number;
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string;
  readonly is_latest: number;
  readonly delete_marker: number;
  readonly size: number;
  readonly etag: string;
  readonly modified_at: number;
  readonly attributes: string;
  readonly segments: string;
}

/** Reads a row. */
export function toVersion(row: VersionRow): ObjectVersion {
  return {
    sequence: row.sequence,
    bucket: row.bucket,
    key: row.key,
    versionId: row.version_id,
    isLatest: row.is_latest === 1,
    deleteMarker: row.delete_marker === 1,
    size: row.size,
    etag: row.etag,
    modifiedAt: row.modified_at,
    attributes: JSON.parse(row.attributes),
    segments: JSON.parse(row.segments),
  };
}
