/** What must come of a message. */
export type MessageEnd =
  /** Set aside with the reason `malformed-message`. */
  | 'malformed'
  /** A job that ends complete: the message names a picture that lies in the inbox. */
  | 'complete'
  /** A job whose object version does not exist. */
  | 'gone'
  /** Nothing at all: folder markers. */
  | 'ignored';

/** A message of the corpus. */
export interface MessageCase {
  readonly name: string;
  readonly body: string;
  readonly ends: MessageEnd;
}

/** An object in the inbox that messages can name. */
export interface CorpusObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  readonly size: number;
  readonly sequencer: string;
}

type Json = Record<string, unknown>;

/** "Object Created" in AWS's shape (Amazon S3 User Guide, "EventBridge event message structure"). */
export function eventOf(object: CorpusObject): {
  [member: string]: unknown;
  detail: { [member: string]: unknown; bucket: Json; object: Json };
} {
  const { bucket, key, versionId, etag, size, sequencer } = object;
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-03-12T00:00:00Z',
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, 'version-id': versionId, sequencer },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '1.2.3.4',
      reason: 'PutObject',
    },
  };
}

/** The event with members laid over it, at each of its levels; undefined takes a member away. */
export function eventWith(
  object: CorpusObject,
  changes: { readonly top?: Json; readonly detail?: Json; readonly bucket?: Json; readonly object?: Json },
): string {
  const event = eventOf(object);
  const detail = {
    ...event.detail,
    bucket: { ...event.detail.bucket, ...changes.bucket },
    object: { ...event.detail.object, ...changes.object },
    ...changes.detail,
  };
  return JSON.stringify({ ...event, detail, ...changes.top });
}
