import { checksumHeaders } from './checksums.ts';
import type { ObjectVersion } from './object-version.ts';
import { S3Error } from './s3-error.ts';
import type { S3Store } from './store.ts';

type Headers = Readonly<Record<string, string>>;

const KEPT = [
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-storage-class',
];
const METADATA = 'x-amz-meta-';
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA_BYTES = 2048;

/** The `x-amz-` headers that tell how to store an object, accepted wherever one is made. */
export const OBJECT_HEADERS = [
  ...KEPT.filter((name) => name.startsWith('x-amz-')),
  'x-amz-server-side-encryption-context',
  'x-amz-tagging',
  // Who may read is not modelled: checkAcl refuses what would change it.
  'x-amz-acl',
];

/** Picks the headers that are kept with an object and given back. Throws MetadataTooLarge. */
export function readObjectHeaders(headers: Headers): Record<string, string> {
  checkAcl(headers['x-amz-acl']);
  const kept: Record<string, string> = { 'content-type': headers['content-type'] ?? 'binary/octet-stream' };
  for (const name of KEPT) if (headers[name] !== undefined) kept[name] = headers[name];
  const encoding = contentEncoding(headers['content-encoding']);
  if (encoding) kept['content-encoding'] = encoding;
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(METADATA)) continue;
    kept[name] = value;
    metadataBytes += name.length - METADATA.length + Buffer.byteLength(value);
  }
  if (metadataBytes > MAX_METADATA_BYTES) {
    const message = 'Your metadata headers exceed the maximum allowed metadata size';
    throw new S3Error('MetadataTooLarge', message, 400, { Size: metadataBytes, MaxSizeAllowed: MAX_METADATA_BYTES });
  }
  return kept;
}

/** What GetObject and HeadObject tell about a version, beside its length. */
export function writeObjectHeaders(
  store: S3Store,
  version: ObjectVersion,
  withChecksum: boolean,
): Record<string, string> {
  const { headers, tags, checksum } = version.attributes;
  const { 'x-amz-storage-class': storageClass, ...kept } = headers;
  return {
    'accept-ranges': 'bytes',
    'last-modified': new Date(version.modifiedAt).toUTCString(),
    etag: `"${version.etag}"`,
    'x-amz-server-side-encryption': 'AES256',
    ...kept,
    ...(storageClass && storageClass !== 'STANDARD' ? { 'x-amz-storage-class': storageClass } : {}),
    ...(tags ? { 'x-amz-tagging-count': String(Object.keys(tags).length) } : {}),
    ...(withChecksum ? checksumHeaders(checksum) : {}),
    ...versionHeader(store, version),
  };
}

/** What the answer to a write tells about the version that it made. */
export function writtenHeaders(store: S3Store, version: ObjectVersion): Record<string, string> {
  const encryption = Object.entries(version.attributes.headers).filter(([name]) => name.includes('-encryption'));
  return {
    etag: `"${version.etag}"`,
    'x-amz-server-side-encryption': 'AES256',
    ...Object.fromEntries(encryption),
    ...checksumHeaders(version.attributes.checksum),
    ...versionHeader(store, version),
  };
}

/** `x-amz-version-id`, in a bucket that has or had versions. */
export function versionHeader(
  store: S3Store,
  version: Pick<ObjectVersion, 'bucket' | 'versionId'>,
): Record<string, string> {
  const versionId = store.objects.shownVersionId(version);
  return versionId === undefined ? {} : { 'x-amz-version-id': versionId };
}

/** `aws-chunked` describes the transfer, not the object. */
function contentEncoding(header: string | undefined): string | undefined {
  const left = header?.split(',').map((name) => name.trim());
  return left?.filter((name) => name !== 'aws-chunked').join(',');
}

function checkAcl(acl: string | undefined): void {
  if (acl === undefined || acl === 'private' || acl === 'bucket-owner-full-control') return;
  throw new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400);
}
