import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { arn } from '../account.ts';
import { AwsError } from '../http/aws-error.ts';
import { compileFilterPolicy, type FilterPolicy, type FilterScope } from './filter-policy.ts';

export interface Topic {
  readonly arn: string;
  readonly displayName: string;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  /** Queue or function ARN, or an e-mail address. */
  readonly endpoint: string;
  readonly rawMessageDelivery: boolean;
  /** Undefined wants every message. */
  readonly filter: FilterPolicy | undefined;
  /** The queue that takes what could not be delivered. */
  readonly deadLetterTargetArn: string | undefined;
}

/** Where the stand-in delivers to. */
export const PROTOCOLS = ['sqs', 'lambda', 'email', 'email-json'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface NewSubscription {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly rawMessageDelivery?: boolean;
  readonly filter?: FilterPolicy | undefined;
  readonly deadLetterTargetArn?: string | undefined;
}

const SELECT_SUBSCRIPTION = `SELECT sns_subscriptions.*, policy, scope, dead_letter FROM sns_subscriptions
  LEFT JOIN sns_filters ON sns_filters.subscription = sns_subscriptions.arn
  LEFT JOIN sns_redrives ON sns_redrives.subscription = sns_subscriptions.arn`;

export type SnsStore = ReturnType<typeof snsStore>;

/** Topics and who has subscribed to them. */
export function snsStore(database: DatabaseSync, region: string) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS sns_topics (arn TEXT PRIMARY KEY, display_name TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS sns_subscriptions (
      arn TEXT PRIMARY KEY, topic_arn TEXT NOT NULL, protocol TEXT NOT NULL, endpoint TEXT NOT NULL,
      raw INTEGER NOT NULL, UNIQUE (topic_arn, protocol, endpoint)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS sns_filters (
      subscription TEXT PRIMARY KEY, policy TEXT NOT NULL, scope TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER IF NOT EXISTS sns_filters_end AFTER DELETE ON sns_subscriptions
      BEGIN DELETE FROM sns_filters WHERE subscription = old.arn; END;
    CREATE TABLE IF NOT EXISTS sns_redrives (subscription TEXT PRIMARY KEY, dead_letter TEXT NOT NULL) STRICT;
    CREATE TRIGGER IF NOT EXISTS sns_redrives_end AFTER DELETE ON sns_subscriptions
      BEGIN DELETE FROM sns_redrives WHERE subscription = old.arn; END;
  `);

  function topic(topicArn: string): Topic {
    const row = database.prepare('SELECT * FROM sns_topics WHERE arn = ?').get(topicArn);
    if (!row) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return { arn: topicArn, displayName: String(row.display_name) };
  }

  function subscription(subscriptionArn: string): Subscription {
    const row = database.prepare(`${SELECT_SUBSCRIPTION} WHERE arn = ?`).get(subscriptionArn);
    if (!row) throw new AwsError('NotFound', 'Subscription does not exist', 404);
    return readSubscription(row);
  }

  /** Sets a filter policy, or takes it off. Throws InvalidParameter for one that cannot be read. */
  function setFilter(subscriptionArn: string, filter: FilterPolicy | undefined): void {
    if (filter) {
      compileFilterPolicy(filter.policy);
      database
        .prepare('INSERT OR REPLACE INTO sns_filters (subscription, policy, scope) VALUES (?, ?, ?)')
        .run(subscriptionArn, filter.policy, filter.scope);
    } else database.prepare('DELETE FROM sns_filters WHERE subscription = ?').run(subscriptionArn);
  }

  /** Names the queue for what cannot be delivered, or takes it off. */
  function setDeadLetterTarget(subscriptionArn: string, queueArn: string | undefined): void {
    if (queueArn) {
      database
        .prepare('INSERT OR REPLACE INTO sns_redrives (subscription, dead_letter) VALUES (?, ?)')
        .run(subscriptionArn, queueArn);
    } else database.prepare('DELETE FROM sns_redrives WHERE subscription = ?').run(subscriptionArn);
  }

  return {
    topic,
    topics: (): Topic[] =>
      database
        .prepare('SELECT * FROM sns_topics ORDER BY arn')
        .all()
        .map((row) => ({ arn: String(row.arn), displayName: String(row.display_name) })),
    /** Creates or updates a topic; gives its ARN. */
    putTopic(name: string, displayName = ''): string {
      const topicArn = arn('sns', region, name);
      database
        .prepare(
          'INSERT INTO sns_topics (arn, display_name) VALUES (?1, ?2) ON CONFLICT (arn) DO UPDATE SET display_name = ?2',
        )
        .run(topicArn, displayName);
      return topicArn;
    },
    deleteTopic(topicArn: string): void {
      database.prepare('DELETE FROM sns_subscriptions WHERE topic_arn = ?').run(topicArn);
      database.prepare('DELETE FROM sns_topics WHERE arn = ?').run(topicArn);
    },
    /** Subscribes; the same protocol and endpoint keep the ARN that they had. */
    subscribe(wanted: NewSubscription): string {
      const { topicArn, protocol, endpoint, rawMessageDelivery = false, filter } = wanted;
      topic(topicArn);
      if (filter) compileFilterPolicy(filter.policy);
      if (!PROTOCOLS.some((known) => known === protocol)) {
        throw new AwsError(
          'InvalidParameter',
          `Invalid parameter: protocol ${protocol} is not implemented by the local stand-in; expected ${PROTOCOLS.join(', ')}.`,
        );
      }
      const row = database
        .prepare(
          `INSERT INTO sns_subscriptions (arn, topic_arn, protocol, endpoint, raw) VALUES (?1, ?2, ?3, ?4, ?5)
           ON CONFLICT (topic_arn, protocol, endpoint) DO UPDATE SET raw = ?5 RETURNING arn`,
        )
        .get(`${topicArn}:${randomUUID()}`, topicArn, protocol, endpoint, rawMessageDelivery ? 1 : 0);
      setFilter(String(row?.arn), filter);
      setDeadLetterTarget(String(row?.arn), wanted.deadLetterTargetArn);
      return String(row?.arn);
    },
    subscription,
    setRawMessageDelivery: (subscriptionArn: string, raw: boolean): void =>
      void database.prepare('UPDATE sns_subscriptions SET raw = ? WHERE arn = ?').run(raw ? 1 : 0, subscriptionArn),
    setFilter,
    setDeadLetterTarget,
    unsubscribe: (subscriptionArn: string): void =>
      void database.prepare('DELETE FROM sns_subscriptions WHERE arn = ?').run(subscriptionArn),
    /** All subscriptions, or those of one topic. */
    subscriptions: (topicArn?: string): Subscription[] =>
      database
        .prepare(`${SELECT_SUBSCRIPTION} WHERE ?1 IS NULL OR topic_arn = ?1 ORDER BY sns_subscriptions.rowid`)
        .all(topicArn ?? null)
        .map(readSubscription),
  };
}

function readSubscription(row: Record<string, unknown>): Subscription {
  return {
    arn: String(row.arn),
    topicArn: String(row.topic_arn),
    protocol: row.protocol as Protocol,
    endpoint: String(row.endpoint),
    rawMessageDelivery: row.raw === 1,
    filter: row.policy === null ? undefined : { policy: String(row.policy), scope: row.scope as FilterScope },
    deadLetterTargetArn: row.dead_letter === null ? undefined : String(row.dead_letter),
  };
}
