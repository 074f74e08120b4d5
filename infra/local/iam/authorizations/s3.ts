import { decode } from '../../s3/address.ts';
import type { S3Request } from '../../s3/s3-operation.ts';
import type { Access, Context } from '../access.ts';
import { type Authorization, type AuthorizationTable, type Lookups, on } from '../authorization.ts';
import { onKeyOf } from '../encryption.ts';

/**
 * S3, after the Service Authorization Reference (list_s3) and "Required permissions for Amazon S3 API operations" of the
 * User Guide. DeleteObjects and PostObject ask for themselves, once they have read what they are about.
 */
export const S3: AuthorizationTable<S3Request> = {
  AbortMultipartUpload: object('AbortMultipartUpload'),
  CompleteMultipartUpload: (request, lookups) => write(request, lookups, true),
  CopyObject: (request, lookups) => [...write(request, lookups, true), ...copySource(request, lookups)],
  CreateBucket: bucket('CreateBucket'),
  CreateMultipartUpload: (request, lookups) => write(request, lookups, false),
  DeleteBucket: bucket('DeleteBucket'),
  DeleteObject: versioned('DeleteObject', 'DeleteObjectVersion'),
  DeleteObjects: () => [],
  GetBucketLocation: bucket('GetBucketLocation'),
  GetBucketNotificationConfiguration: bucket('GetBucketNotification'),
  GetBucketPolicy: bucket('GetBucketPolicy'),
  GetBucketVersioning: bucket('GetBucketVersioning'),
  GetObject: read,
  GetObjectAttributes: (request, lookups) => [
    ...read(request, lookups),
    ...versioned('GetObjectAttributes', 'GetObjectVersionAttributes')(request, lookups),
  ],
  GetObjectTagging: versioned('GetObjectTagging', 'GetObjectVersionTagging'),
  HeadBucket: list('ListBucket'),
  HeadObject: read,
  ListBuckets: () => [on('s3:ListAllMyBuckets', '*')],
  ListMultipartUploads: bucket('ListBucketMultipartUploads'),
  ListObjectVersions: list('ListBucketVersions'),
  ListObjects: list('ListBucket'),
  ListObjectsV2: list('ListBucket'),
  ListParts: object('ListMultipartUploadParts'),
  PostObject: () => [],
  PutBucketVersioning: bucket('PutBucketVersioning'),
  PutObject: (request, lookups) => write(request, lookups, true),
  PutObjectTagging: versioned('PutObjectTagging', 'PutObjectVersionTagging'),
  UploadPart: (request, lookups) => write(request, lookups, false),
  UploadPartCopy: (request, lookups) => [...write(request, lookups, false), ...copySource(request, lookups)],
};

/** ARN of a bucket. */
export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

/** ARN of an object. */
export function objectArn({ bucket: name, key }: Pick<S3Request, 'bucket' | 'key'>): string {
  return `${bucketArn(name)}/${key}`;
}

/**
 * What a form or a request that writes needs. `createsObject` is false for what leads to an object only later; a condition
 * on the ETag of what is there also needs the right to read it ("conditional writes" in the User Guide).
 */
export function write(request: S3Request, lookups: Lookups, createsObject: boolean): Access[] {
  const { headers } = request;
  const target = objectArn(request);
  const context: Context = {
    's3:ObjectCreationOperation': String(createsObject),
    's3:if-match': headers['if-match'],
    's3:if-none-match': headers['if-none-match'],
    's3:x-amz-acl': headers['x-amz-acl'],
    's3:x-amz-copy-source': headers['x-amz-copy-source'],
    's3:x-amz-metadata-directive': headers['x-amz-metadata-directive'],
    's3:x-amz-server-side-encryption': headers['x-amz-server-side-encryption'],
    's3:x-amz-server-side-encryption-aws-kms-key-id': headers['x-amz-server-side-encryption-aws-kms-key-id'],
    's3:x-amz-storage-class': headers['x-amz-storage-class'],
  };
  return [
    on('s3:PutObject', target, context),
    ...(headers['if-match'] === undefined ? [] : [on('s3:GetObject', target)]),
    ...(headers['x-amz-acl'] === undefined ? [] : [on('s3:PutObjectAcl', target, context)]),
    ...(headers['x-amz-tagging'] === undefined ? [] : [on('s3:PutObjectTagging', target)]),
    // Parts are decrypted to be put together, and encrypted one by one.
    ...onKeyOf(
      target,
      isMultipart(request) ? ['kms:GenerateDataKey', 'kms:Decrypt'] : ['kms:GenerateDataKey'],
      lookups,
    ),
  ];
}

/** Reading a version that is named needs its own right instead of that to read. */
function read(request: S3Request, lookups: Lookups): Access[] {
  return [
    ...versioned('GetObject', 'GetObjectVersion')(request, lookups),
    ...onKeyOf(objectArn(request), ['kms:Decrypt'], lookups),
  ];
}

function copySource(request: S3Request, lookups: Lookups): Access[] {
  const [path = '', versionId] = (request.headers['x-amz-copy-source'] ?? '').split('?versionId=');
  const target = `arn:aws:s3:::${decode(path).replace(/^\//, '')}`;
  const access =
    versionId === undefined
      ? on('s3:GetObject', target)
      : on('s3:GetObjectVersion', target, { 's3:VersionId': versionId });
  return [access, ...onKeyOf(target, ['kms:Decrypt'], lookups)];
}

function versioned(action: string, ofVersion: string): (request: S3Request, lookups: Lookups) => Access[] {
  return (request) => {
    const versionId = request.query.get('versionId');
    if (versionId === null) return [on(`s3:${action}`, objectArn(request))];
    return [on(`s3:${ofVersion}`, objectArn(request), { 's3:VersionId': versionId })];
  };
}

function object(action: string): Authorization<S3Request> {
  return (request) => [on(`s3:${action}`, objectArn(request))];
}

function bucket(action: string): Authorization<S3Request> {
  return (request) => [on(`s3:${action}`, bucketArn(request.bucket))];
}

function list(action: string): Authorization<S3Request> {
  return ({ bucket: name, query }) => [
    on(`s3:${action}`, bucketArn(name), {
      's3:prefix': query.get('prefix') ?? undefined,
      's3:delimiter': query.get('delimiter') ?? undefined,
      's3:max-keys': query.get('max-keys') ?? undefined,
    }),
  ];
}

function isMultipart({ query }: S3Request): boolean {
  return query.has('uploads') || query.has('uploadId');
}
