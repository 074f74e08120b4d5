import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { noSuchBucket, S3Error } from './s3-error.ts';

/** A bucket and the settings that matter here. */
export interface Bucket {
  readonly name: string;
  /** Unix epoch, milliseconds. */
  readonly createdAt: number;
  /** Undefined when versioning was never on. */
  readonly versioning?: 'Enabled' | 'Suspended' | undefined;
  /** Whether changes go to EventBridge. */
  readonly eventBridge: boolean;
  /** The policy as it was given: access control reads and enforces it. */
  readonly policy?: string | undefined;
  /** The KMS key of new objects. Not stored: the template says it again on every boot, and nothing else can. */
  readonly key?: string | undefined;
}

/** The buckets. All are held in memory: there are few, and every request asks. */
export interface BucketStore {
  names(): string[];
  list(): Bucket[];
  /** Throws NoSuchBucket. */
  get(name: string): Bucket;
  has(name: string): boolean;
  /** Throws InvalidBucketName. */
  create(name: string): void;
  update(name: string, settings: Partial<Pick<Bucket, 'versioning' | 'eventBridge' | 'policy' | 'key'>>): void;
  /** Throws BucketNotEmpty. */
  remove(name: string): void;
}

interface Row {
  name: string;
  created_at: number;
  versioning: Bucket['versioning'] | null;
  event_bridge: number;
  policy: string | null;
}

/** Opens the buckets of the database. */
export function bucketStore(database: DatabaseSync, clock: Clock): BucketStore {
  const write = database.prepare(
    'INSERT OR REPLACE INTO s3_bucket (name, created_at, versioning, event_bridge, policy) VALUES (?, ?, ?, ?, ?)',
  );
  const anyVersion = database.prepare('SELECT 1 FROM s3_version WHERE bucket = ? LIMIT 1');
  const anyUpload = database.prepare('SELECT 1 FROM s3_upload WHERE bucket = ? LIMIT 1');
  const drop = database.prepare('DELETE FROM s3_bucket WHERE name = ?');
  const rows = database.prepare('SELECT * FROM s3_bucket').all() as unknown as Row[];
  const byName = new Map(rows.map((row) => [row.name, toBucket(row)]));

  function get(name: string): Bucket {
    const bucket = byName.get(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket;
  }

  function save(bucket: Bucket): void {
    const { name, createdAt, versioning, eventBridge, policy } = bucket;
    write.run(name, createdAt, versioning ?? null, Number(eventBridge), policy ?? null);
    byName.set(name, bucket);
  }

  return {
    get,
    has: (name) => byName.has(name),
    names: () => [...byName.keys()].sort(),
    list: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    create(name) {
      checkBucketName(name);
      if (!byName.has(name)) save({ name, createdAt: clock.now(), eventBridge: false });
    },
    update(name, settings) {
      save({ ...get(name), ...settings });
    },
    remove(name) {
      get(name);
      if (anyVersion.get(name) || anyUpload.get(name)) {
        const message = 'The bucket you tried to delete is not empty';
        throw new S3Error('BucketNotEmpty', message, 409, { BucketName: name });
      }
      drop.run(name);
      byName.delete(name);
    },
  };
}

function toBucket(row: Row): Bucket {
  return {
    name: row.name,
    createdAt: row.created_at,
    versioning: row.versioning ?? undefined,
    eventBridge: row.event_bridge === 1,
    policy: row.policy ?? undefined,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkBucketName(name: string): void {
  if (/^[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/.test(name) && !/^\d+\.\d+\.\d+\.\d+$/.test(name)) return;
  throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
}
