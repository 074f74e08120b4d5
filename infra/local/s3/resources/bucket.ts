import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { S3Store } from '../store.ts';

const MAX_NAME_LENGTH = 63;

const encryption = z.strictObject({
  ServerSideEncryptionConfiguration: z
    .array(
      z.strictObject({
        ServerSideEncryptionByDefault: z
          .strictObject({ SSEAlgorithm: z.string(), KMSMasterKeyID: z.string().optional() })
          .optional(),
        BucketKeyEnabled: z.unknown().optional(),
        BlockedEncryptionTypes: z.unknown().optional(),
      }),
    )
    .default([]),
});

const bucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  NotificationConfiguration: z
    .strictObject({
      EventBridgeConfiguration: z
        .strictObject({ EventBridgeEnabled: z.stringbool().or(z.boolean()).default(true) })
        .optional(),
    })
    .optional(),
  // Nothing is encrypted here, but who may use the key is asked all the same.
  BucketEncryption: encryption.optional(),
  // Accepted and without effect here: the stand-in has no public network, no access logs, and no
  // clients in browsers of another origin that it would refuse.
  PublicAccessBlockConfiguration: z.unknown().optional(),
  OwnershipControls: z.unknown().optional(),
  LoggingConfiguration: z.unknown().optional(),
  CorsConfiguration: z.unknown().optional(),
  Tags: z.unknown().optional(),
  // Accepted and not executed: nothing here expires, so a local run can be inspected afterwards.
  LifecycleConfiguration: z.unknown().optional(),
});

/** Makes a bucket; one that exists keeps its objects and takes the settings of the template. */
export function bucketProvider(store: S3Store): ResourceProvider {
  return resourceProvider('AWS::S3::Bucket', bucketProperties, (properties, resource) => {
    const name = properties.BucketName ?? bucketNameFrom(resource.generatedName);
    const versioning = properties.VersioningConfiguration?.Status;
    const eventBridge = properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled ?? false;
    store.buckets.create(name);
    // Versioning, once on, can only be suspended: taking the property away leaves it as it is.
    const [rule] = properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const key = rule?.ServerSideEncryptionByDefault?.KMSMasterKeyID;
    store.buckets.update(name, { eventBridge, key, ...(versioning ? { versioning } : {}) });
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${store.region}.amazonaws.com`,
      },
    };
  });
}

/** A name that S3 allows, always the same for the same input: lower case, at most 63 characters. */
function bucketNameFrom(generatedName: string): string {
  const name = generatedName.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  if (name.length <= MAX_NAME_LENGTH) return name;
  const digest = createHash('sha256').update(generatedName).digest('hex').slice(0, 12);
  return `${name.slice(0, MAX_NAME_LENGTH - 13)}-${digest}`;
}
