import { ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { type JobId, jobIdSchema, type ObjectVersion } from '../core/job.ts';
import { type Outcome, recordKeys } from '../core/outcome.ts';
import type { Bucket } from './record.ts';

/** An object version that a listing found. */
export interface ListedVersion {
  readonly source: ObjectVersion;
  /** Unix epoch, milliseconds. */
  readonly lastModified: number;
}

/** An outcome that a listing found. */
export interface ListedOutcome {
  readonly jobId: JobId;
  /** Of its last write; Unix epoch, milliseconds. */
  readonly lastModified: number;
}

/** An entry of the timeline. */
export interface ListedEntry {
  readonly jobId: JobId;
  /** Of the outcome; Unix epoch, milliseconds. */
  readonly finishedAt: number;
}

/** What the sweep compares, page by page. */
export interface Listings {
  /** Every object version of the inbox; delete markers are left out. */
  versions(): AsyncIterable<readonly ListedVersion[]>;
  /** Every outcome whose job id begins with one of these hex digits, in no order. */
  outcomes(digits: readonly string[]): AsyncIterable<readonly ListedOutcome[]>;
  /** The whole timeline. */
  timeline(): AsyncIterable<readonly ListedEntry[]>;
  /** Whether the timeline has this very outcome. */
  isOnTimeline(outcome: Pick<Outcome, 'jobId' | 'finishedAt'>): Promise<boolean>;
}

/** Listings of two buckets of S3, 1,000 keys a page. */
export function createListings(inbox: Bucket, results: Bucket): Listings {
  return {
    versions: () => versionPages(inbox),
    outcomes: (digits) => merge(digits.map((digit) => outcomePages(results, `outcomes/${digit}`))),
    timeline: () => timelinePages(results),
    async isOnTimeline(outcome) {
      const Prefix = recordKeys.timeline(outcome);
      const command = new ListObjectsV2Command({ Bucket: results.name, Prefix, MaxKeys: 1 });
      return ((await results.client.send(command)).Contents ?? []).length > 0;
    },
  };
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

async function* outcomePages(results: Bucket, prefix: string): AsyncGenerator<ListedOutcome[]> {
  for await (const page of objectPages(results, prefix)) {
    yield page.flatMap(({ key, lastModified }) => {
      const id = jobIdSchema.safeParse(key.slice('outcomes/'.length, -'.json'.length));
      return id.success ? [{ jobId: id.data, lastModified }] : [];
    });
  }
}

/** `…/2026-03-01T12-00-00-000Z-<jobId>.json`. */
const ENTRY = /\/(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)-([0-9a-f]{64})\.json$/;

async function* timelinePages(results: Bucket): AsyncGenerator<ListedEntry[]> {
  for await (const page of objectPages(results, 'timeline/')) {
    yield page.flatMap(({ key }) => {
      const [, hour, minute, second, rest, jobId] = ENTRY.exec(key) ?? [];
      const finishedAt = Date.parse(`${hour}:${minute}:${second}.${rest}`);
      return jobId === undefined ? [] : [{ jobId: jobId as JobId, finishedAt }];
    });
  }
}

async function* objectPages(
  { client, name }: Bucket,
  prefix: string,
): AsyncGenerator<{ readonly key: string; readonly lastModified: number }[]> {
  let token: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof send>> = await send(token);
    yield (page.Contents ?? []).map(({ Key = '', LastModified }) => ({
      key: Key,
      lastModified: LastModified?.getTime() ?? 0,
    }));
    token = page.NextContinuationToken;
  } while (token !== undefined);

  function send(from: string | undefined) {
    const start = from === undefined ? {} : { ContinuationToken: from };
    return client.send(new ListObjectsV2Command({ Bucket: name, Prefix: prefix, ...start }));
  }
}

/** Several listings at once, each page as it comes. */
async function* merge<Page>(listings: readonly AsyncGenerator<Page>[]): AsyncGenerator<Page> {
  const step = async (listing: AsyncGenerator<Page>) => ({ listing, result: await listing.next() });
  const pending = new Map(listings.map((listing) => [listing, step(listing)]));
  while (pending.size > 0) {
    const { listing, result } = await Promise.race(pending.values());
    if (result.done) pending.delete(listing);
    else {
      pending.set(listing, step(listing));
      yield result.value;
    }
  }
}

/** S3 encodes as an HTML form does: a space is "+". */
function decodeKey(key: string, encoding: string | undefined): string {
  return encoding === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
}
