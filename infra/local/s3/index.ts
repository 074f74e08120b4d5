import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { bucketArn } from '../iam/authorizations/s3.ts';
import type { GuardedResource, GuardedResources } from '../iam/guarded-resource.ts';
import type { PublishEvent } from '../ports.ts';
import type { LocalService } from '../service.ts';
import type { Bucket } from './buckets.ts';
import { s3Handler } from './handle-request.ts';
import { S3_OPERATIONS } from './operations/all.ts';
import { bucketProvider } from './resources/bucket.ts';
import { bucketPolicyProvider } from './resources/bucket-policy.ts';
import { openS3Store } from './store.ts';

export interface S3ServiceOptions {
  readonly database: DatabaseSync;
  /** For object data. S3's own: files in it that no object uses are deleted at the start. */
  readonly directory: string;
  readonly clock: Clock;
  readonly region: string;
  /** Called inside the transaction that stores the object, on the same connection: both happen, or neither. */
  readonly publishEvent: PublishEvent;
}

/** S3 as the composition root and the other services see it. */
export interface S3Service extends LocalService {
  readonly wire: NonNullable<LocalService['wire']>;
  /** The names of all buckets, in order. */
  bucketNames(): string[];
  /** Buckets with their policies and keys. */
  readonly guarded: GuardedResources;
}

/** Opens S3 over the database and the folder of object data. */
export function s3Service(options: S3ServiceOptions): S3Service {
  const store = openS3Store(options);
  return {
    wire: { signingNames: ['s3', 's3express'], handle: s3Handler(store, S3_OPERATIONS) },
    providers: [bucketProvider(store), bucketPolicyProvider(store)],
    bucketNames: () => store.buckets.names(),
    guarded: {
      find(arn) {
        const name = /^arn:aws:s3:::([^/]+)/.exec(arn)?.[1] ?? '';
        return store.buckets.has(name) ? guardedBucket(store.buckets.get(name)) : undefined;
      },
      list: () => store.buckets.list().map(guardedBucket),
    },
  };
}

function guardedBucket({ name, policy, key }: Bucket): GuardedResource {
  return { arn: bucketArn(name), policy, key };
}
