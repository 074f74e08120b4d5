import { S3Error } from './s3-error.ts';

/** Where a request points: a bucket and a key, `''` when absent. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

/** Bytes of UTF-8, https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html. */
export const MAX_KEY_BYTES = 1024;

const VIRTUAL_HOST = /^(?<bucket>.+)\.(?:127\.0\.0\.1|localhost)(?::\d+)?$/;

/**
 * Reads bucket and key from `/bucket/key`, or from `bucket.localhost` and `/key`. The key is decoded exactly once and
 * never normalised: `..`, `//` and a leading `/` belong to it. Throws InvalidURI and KeyTooLongError.
 */
export function readAddress(rawPath: string, host: string): S3Address {
  const path = rawPath.startsWith('/') ? rawPath.slice(1) : rawPath;
  const virtual = VIRTUAL_HOST.exec(host)?.groups?.bucket;
  const slash = path.indexOf('/');
  const [bucket, rawKey] = virtual
    ? [virtual, path]
    : slash === -1
      ? [path, '']
      : [path.slice(0, slash), path.slice(slash + 1)];
  return { bucket: decode(bucket), key: checkKey(decode(rawKey)) };
}

/** Returns the key when it fits into S3's limit. */
export function checkKey(key: string): string {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY_BYTES) return key;
  const details = { Size: size, MaxSizeAllowed: MAX_KEY_BYTES };
  throw new S3Error('KeyTooLongError', 'Your key is too long', 400, details);
}

/** Percent-decoding of UTF-8; `+` stays `+`. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    const error = new S3Error('InvalidURI', "Couldn't parse the specified URI.", 400, { URI: text });
    error.cause = cause;
    throw error;
  }
}
