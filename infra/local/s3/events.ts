import { ACCOUNT_ID } from '../account.ts';
import type { BusEvent } from '../ports.ts';
import { NULL_VERSION } from './object-version.ts';

/** Who changed an object, and by which operation. */
export interface ChangeOrigin {
  readonly requestId: string;
  readonly reason: 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload' | 'DeleteObject';
}

/** What an event tells of the object. */
export interface ChangedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly sequence: number;
  readonly size?: number;
  readonly etag?: string;
}

/** "Object Created", https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function objectCreated(object: ChangedObject, origin: ChangeOrigin): BusEvent {
  return { ...envelope(object), detailType: 'Object Created', detail: detail(object, origin) };
}

/** "Object Deleted": a version went away, or a delete marker came. */
export function objectDeleted(object: ChangedObject, origin: ChangeOrigin, deleteMarker: boolean): BusEvent {
  const deletionType = deleteMarker ? 'Delete Marker Created' : 'Permanently Deleted';
  return {
    ...envelope(object),
    detailType: 'Object Deleted',
    detail: { ...detail(object, origin), 'deletion-type': deletionType },
  };
}

function envelope(object: ChangedObject) {
  return { source: 'aws.s3', resources: [`arn:aws:s3:::${object.bucket}`] };
}

function detail(object: ChangedObject, origin: ChangeOrigin): Record<string, unknown> {
  const { bucket, key, versionId, sequence, size, etag } = object;
  return {
    version: '0',
    bucket: { name: bucket },
    object: {
      key,
      ...(size === undefined ? {} : { size }),
      ...(etag === undefined ? {} : { etag }),
      ...(versionId === NULL_VERSION ? {} : { 'version-id': versionId }),
      // As long as S3's own, and of one length, so that comparing them as text is right too.
      sequencer: sequence.toString(16).padStart(18, '0'),
    },
    'request-id': origin.requestId,
    requester: ACCOUNT_ID,
    'source-ip-address': '127.0.0.1',
    reason: origin.reason,
  };
}
