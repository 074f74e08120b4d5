import type { S3Operation } from '../s3-operation.ts';
import { abortMultipartUpload } from './abort-multipart-upload.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { copyObject } from './copy-object.ts';
import { createBucket } from './create-bucket.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { deleteBucket } from './delete-bucket.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getBucketLocation } from './get-bucket-location.ts';
import { getBucketNotificationConfiguration } from './get-bucket-notification-configuration.ts';
import { getBucketPolicy } from './get-bucket-policy.ts';
import { getBucketVersioning } from './get-bucket-versioning.ts';
import { getObject } from './get-object.ts';
import { getObjectAttributes } from './get-object-attributes.ts';
import { getObjectTagging } from './get-object-tagging.ts';
import { headBucket } from './head-bucket.ts';
import { headObject } from './head-object.ts';
import { listBuckets } from './list-buckets.ts';
import { listMultipartUploads } from './list-multipart-uploads.ts';
import { listObjectVersions } from './list-object-versions.ts';
import { listObjects } from './list-objects.ts';
import { listObjectsV2 } from './list-objects-v2.ts';
import { listParts } from './list-parts.ts';
import { postObject } from './post-object.ts';
import { putBucketVersioning } from './put-bucket-versioning.ts';
import { putObject } from './put-object.ts';
import { putObjectTagging } from './put-object-tagging.ts';
import { uploadPart } from './upload-part.ts';
import { uploadPartCopy } from './upload-part-copy.ts';

/** Every operation of S3 that the stand-in has. */
export const S3_OPERATIONS: readonly S3Operation[] = [
  abortMultipartUpload,
  completeMultipartUpload,
  copyObject,
  createBucket,
  createMultipartUpload,
  deleteBucket,
  deleteObject,
  deleteObjects,
  getBucketLocation,
  getBucketNotificationConfiguration,
  getBucketPolicy,
  getBucketVersioning,
  getObjectAttributes,
  getObjectTagging,
  getObject,
  headBucket,
  headObject,
  listBuckets,
  listMultipartUploads,
  listObjectVersions,
  listObjectsV2,
  listObjects,
  listParts,
  postObject,
  putBucketVersioning,
  putObjectTagging,
  putObject,
  uploadPartCopy,
  uploadPart,
];
