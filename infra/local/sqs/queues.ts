import type { DatabaseSync } from 'node:sqlite';
import { ACCOUNT_ID, arn } from '../account.ts';
import type { Clock } from '../clock.ts';
import { notImplemented } from '../http/aws-error.ts';
import { checkAttributes, type QueueAttributes, type QueueSettings, settingsOf } from './queue-attributes.ts';
import { allowsSource } from './redrive.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';

export interface Queue {
  /** Not used again after the queue is deleted: messages and receipt handles of a former queue never match. */
  readonly id: number;
  readonly name: string;
  readonly arn: string;
  /** Unix epoch, milliseconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** As they were set. */
  readonly attributes: QueueAttributes;
  readonly settings: QueueSettings;
  readonly tags: Readonly<Record<string, string>>;
}

export type Queues = ReturnType<typeof queueStore>;

const NAME = /^[A-Za-z0-9_-]{1,80}$/;
const REBIRTH_MS = 60_000;

/** The queues, kept in memory as they are in the table. */
export function queueStore(database: DatabaseSync, clock: Clock, region: string) {
  const insert = database.prepare(
    'INSERT INTO sqs_queue (name, created_at, modified_at, attributes, tags) VALUES (?, ?, ?, ?, ?)',
  );
  const update = database.prepare('UPDATE sqs_queue SET attributes = ?, tags = ?, modified_at = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM sqs_queue WHERE id = ?');
  const bury = database.prepare('INSERT OR REPLACE INTO sqs_deleted_queue (name, deleted_at) VALUES (?, ?)');
  const grave = database.prepare('SELECT deleted_at AS deletedAt FROM sqs_deleted_queue WHERE name = ?');
  const queues = new Map<string, Queue>();
  for (const row of database.prepare('SELECT * FROM sqs_queue ORDER BY name').all()) {
    remember({
      id: Number(row.id),
      name: String(row.name),
      createdAt: Number(row.created_at),
      modifiedAt: Number(row.modified_at),
      attributes: JSON.parse(String(row.attributes)),
      tags: JSON.parse(String(row.tags)),
    });
  }

  function remember(queue: Omit<Queue, 'arn' | 'settings'>): Queue {
    const known = { ...queue, arn: arn('sqs', region, queue.name), settings: settingsOf(queue.attributes) };
    queues.set(queue.name, known);
    return known;
  }
  function byName(name: string): Queue {
    const queue = queues.get(name);
    if (!queue) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }
  function byArn(queueArn: string): Queue | undefined {
    const queue = queues.get(queueArn.split(':').at(-1) ?? '');
    return queue?.arn === queueArn ? queue : undefined;
  }
  function write(queue: Queue, attributes: QueueAttributes, tags: Queue['tags']): Queue {
    const modifiedAt = clock.now();
    update.run(JSON.stringify(attributes), JSON.stringify(tags), modifiedAt, queue.id);
    return remember({ ...queue, attributes, tags, modifiedAt });
  }
  function checkDeadLetterQueue(name: string, wanted: QueueAttributes): void {
    const target = settingsOf(wanted).redrive?.deadLetterTargetArn;
    if (target === undefined) return;
    const deadLetterQueue = byArn(target);
    const refusal = `Value ${wanted.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: `;
    if (!deadLetterQueue) throw invalidParameter(`${refusal}Dead letter target does not exist.`);
    if (!allowsSource(deadLetterQueue.attributes.RedriveAllowPolicy, arn('sqs', region, name))) {
      throw invalidParameter(`${refusal}Queue ${target} does not allow ${name} as a source (RedriveAllowPolicy).`);
    }
  }

  return {
    byName,
    find: (name: string) => queues.get(name),
    byArn,
    /** By the last part of the URL: the host may be another one that also leads here. */
    byUrl: (url: string): Queue => byName(decodeURIComponent(url.split('/').at(-1) ?? '')),
    url: (origin: string, queue: Queue): string => `${origin}/${ACCOUNT_ID}/${queue.name}`,
    all: (): Queue[] => [...queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    /** Queues whose redrive policy names this one. */
    sourcesOf: (target: Queue): Queue[] =>
      [...queues.values()].filter((queue) => queue.settings.redrive?.deadLetterTargetArn === target.arn),
    /** Refuses a name whose queue was deleted less than 60 seconds ago, as SQS does. */
    checkRebirth(name: string): void {
      if (Number(grave.get(name)?.deletedAt ?? Number.NEGATIVE_INFINITY) + REBIRTH_MS <= clock.now()) return;
      const message =
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.';
      throw sqsError('QueueDeletedRecently', message);
    },
    create(name: string, attributes: QueueAttributes, tags: Queue['tags']): Queue {
      if (name.endsWith('.fifo')) throw notImplemented('A FIFO queue');
      if (!NAME.test(name)) {
        throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.');
      }
      const checked = checkAttributes(attributes);
      checkDeadLetterQueue(name, checked);
      const now = clock.now();
      const row = insert.run(name, now, now, JSON.stringify(checked), JSON.stringify(tags));
      const id = Number(row.lastInsertRowid);
      return remember({ id, name, createdAt: now, modifiedAt: now, attributes: checked, tags });
    },
    /** Changes the attributes that are given and leaves the others. */
    setAttributes(queue: Queue, attributes: QueueAttributes): Queue {
      const checked = checkAttributes(attributes);
      checkDeadLetterQueue(queue.name, checked);
      return write(queue, { ...queue.attributes, ...checked }, queue.tags);
    },
    /** Makes the attributes exactly these. */
    replaceAttributes(queue: Queue, attributes: QueueAttributes): Queue {
      const checked = checkAttributes(attributes);
      checkDeadLetterQueue(queue.name, checked);
      return write(queue, checked, queue.tags);
    },
    setTags: (queue: Queue, tags: Queue['tags']): Queue => write(queue, queue.attributes, tags),
    delete(queue: Queue): void {
      remove.run(queue.id);
      bury.run(queue.name, clock.now());
      queues.delete(queue.name);
    },
  };
}
