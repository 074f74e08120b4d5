import { ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { type JobId, jobIdSchema, type ObjectVersion } from '../core/job.ts';
import type { Bucket } from './record.ts';

/** An object version that a listing found. */
export interface ListedVersion {
  readonly source: ObjectVersion;
  /** Unix epoch, milliseconds. */
  readonly lastModified: number;
}

/** What the sweep compares. */
export interface Listings {
  /** Every object version of the inbox, page by page; delete markers are left out. */
  versions(): AsyncIterable<readonly ListedVersion[]>;
  /** Every job that has an outcome, page by page, in no order. */
  outcomeIds(): AsyncIterable<readonly JobId[]>;
}

/** Listings of two buckets of S3, 1,000 keys a page. */
export function createListings(inbox: Bucket, results: Bucket): Listings {
  return { versions: () => versionPages(inbox), outcomeIds: () => outcomePages(results) };
}

/** Object versions below a prefix, page by page: keys in order, of each key the newest version first. */
export async function* versionPages({ client, name }: Bucket, prefix?: string): AsyncGenerator<ListedVersion[]> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (marker !== undefined) {
    // Keys may hold characters that XML cannot carry.
    const page: Awaited<ReturnType<typeof send>> = await send(marker);
    yield (page.Versions ?? []).flatMap((version) => {
      if (version.Key === undefined) return [];
      const source: ObjectVersion = {
        bucket: name,
        key: decodeKey(version.Key, page.EncodingType),
        // Written before the bucket had versions: its event named none, so the ETag is its identity.
        ...(version.VersionId === undefined || version.VersionId === 'null' ? {} : { versionId: version.VersionId }),
        etag: (version.ETag ?? '').replaceAll('"', ''),
        size: version.Size ?? 0,
        sequencer: '',
      };
      return [{ source, lastModified: version.LastModified?.getTime() ?? 0 }];
    });
    marker = page.IsTruncated
      ? {
          ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: decodeKey(page.NextKeyMarker, page.EncodingType) }),
          ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
        }
      : undefined;
  }

  function send(from: { KeyMarker?: string; VersionIdMarker?: string }) {
    const below = prefix === undefined ? {} : { Prefix: prefix };
    return client.send(new ListObjectVersionsCommand({ Bucket: name, EncodingType: 'url', ...below, ...from }));
  }
}

/** Sixteen listings at once, one per first digit: job ids are spread evenly. */
async function* outcomePages(results: Bucket): AsyncGenerator<JobId[]> {
  const shards = [...'0123456789abcdef'].map((digit) => outcomeShard(results, `outcomes/${digit}`));
  const pending = new Map(shards.map((shard) => [shard, step(shard)]));
  while (pending.size > 0) {
    const { shard, result } = await Promise.race(pending.values());
    if (result.done) pending.delete(shard);
    else {
      pending.set(shard, step(shard));
      yield result.value;
    }
  }
}

async function step(shard: AsyncGenerator<JobId[]>) {
  return { shard, result: await shard.next() };
}

async function* outcomeShard({ client, name }: Bucket, prefix: string): AsyncGenerator<JobId[]> {
  let token: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof send>> = await send(token);
    yield (page.Contents ?? []).flatMap(({ Key }) => {
      const id = jobIdSchema.safeParse(Key?.slice('outcomes/'.length, -'.json'.length));
      return id.success ? [id.data] : [];
    });
    token = page.NextContinuationToken;
  } while (token !== undefined);

  function send(from: string | undefined) {
    const start = from === undefined ? {} : { ContinuationToken: from };
    return client.send(new ListObjectsV2Command({ Bucket: name, Prefix: prefix, ...start }));
  }
}

/** S3 encodes as an HTML form does: a space is "+". */
function decodeKey(key: string, encoding: string | undefined): string {
  return encoding === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
}
