import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, type S3Fixture, startS3, WITH_EVENTS } from './s3-fixture.ts';

let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());

async function provide(type: string, properties: unknown, generatedName = 'Slipway-Dev-Inbox') {
  const provider = s3.service.providers.find((candidate) => candidate.type === type);
  return provider?.create({ logicalId: 'X', properties, generatedName, stackName: 'slipway' });
}

describe('buckets', () => {
  it('are made, listed, looked at and deleted', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'by-hand' }));
    await s3.client.send(new CreateBucketCommand({ Bucket: 'by-hand' }));
    const { Buckets } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain('by-hand');
    const head = await s3.client.send(new HeadBucketCommand({ Bucket: 'by-hand' }));
    expect(head.BucketRegion).toBe('us-east-1');
    const location = await s3.client.send(new GetBucketLocationCommand({ Bucket: 'by-hand' }));
    expect(location.LocationConstraint || undefined).toBeUndefined();
    await s3.client.send(new PutObjectCommand({ Bucket: 'by-hand', Key: 'x', Body: 'x' }));
    const remove = () => s3.client.send(new DeleteBucketCommand({ Bucket: 'by-hand' }));
    expect(await errorOf(remove())).toEqual({ name: 'BucketNotEmpty', status: 409 });
    await s3.client.send(new DeleteObjectCommand({ Bucket: 'by-hand', Key: 'x' }));
    await remove();
    expect((await errorOf(s3.client.send(new HeadBucketCommand({ Bucket: 'by-hand' })))).status).toBe(404);
  });

  it.each(['ab', 'Upper', 'under_score', 'dot..dot', '-dash', '10.0.0.1'])('cannot be called %s', async (Bucket) => {
    expect((await errorOf(s3.client.send(new CreateBucketCommand({ Bucket })))).name).toBe('InvalidBucketName');
  });
});

describe('buckets of the template', () => {
  it('get a name that S3 allows, the same on every boot, and keep their objects', async () => {
    const properties = {
      ...WITH_EVENTS,
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {},
      LifecycleConfiguration: { Rules: [] },
      PublicAccessBlockConfiguration: {},
      OwnershipControls: {},
    };
    const created = await provide('AWS::S3::Bucket', properties);
    expect(created).toEqual({
      ref: 'slipway-dev-inbox',
      attributes: {
        Arn: 'arn:aws:s3:::slipway-dev-inbox',
        DomainName: 'slipway-dev-inbox.s3.amazonaws.com',
        RegionalDomainName: 'slipway-dev-inbox.s3.us-east-1.amazonaws.com',
      },
    });
    const Bucket = 'slipway-dev-inbox';
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x' }));
    expect(await provide('AWS::S3::Bucket', properties)).toEqual(created);
    expect((await errorOf(s3.client.send(new DeleteBucketCommand({ Bucket })))).name).toBe('BucketNotEmpty');
    const told = await s3.client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(told.EventBridgeConfiguration).toBeDefined();
    const long = await provide('AWS::S3::Bucket', {}, 'Very-Long-'.repeat(10));
    expect(long?.ref).toMatch(/^[a-z0-9-]{63}$/);
  });

  it('refuse properties that nobody implements', async () => {
    await expect(provide('AWS::S3::Bucket', { ReplicationConfiguration: {} })).rejects.toThrow(
      'ReplicationConfiguration is not implemented',
    );
  });

  it('show their policy', async () => {
    const Bucket = 'policed';
    await provide('AWS::S3::Bucket', { BucketName: Bucket });
    const PolicyDocument = { Version: '2012-10-17', Statement: [] };
    await provide('AWS::S3::BucketPolicy', { Bucket, PolicyDocument });
    const { Policy } = await s3.client.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy ?? '')).toEqual(PolicyDocument);
  });
});
