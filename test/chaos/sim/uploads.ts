import { createHash } from 'node:crypto';
import { jobOf } from '../../../core/job.ts';
import { objectCreatedBody } from '../../../core/object-event.ts';
import type { PlantedMessage, Upload } from '../checker.ts';
import { LARGE_OBJECT_BYTES, MAX_OBJECT_BYTES } from './job-ports.ts';
import type { Content } from './processors.ts';
import { INBOX, RESULTS, type StoredVersion } from './s3-service.ts';
import { EPOCH } from './scheduler.ts';
import { QUEUES, type Simulation } from './simulation.ts';
import { type PlannedUpload, planUploads, UPLOAD_KINDS, UPLOADS_WITHIN_MS, type UploadKind } from './workload.ts';

/** An upload with the time when S3 acknowledged it. */
export type TimedUpload = Upload & { readonly at: number; readonly plannedAs: UploadKind };

/** The uploaders, and the bus that tells the queues of what they did. */
export interface Uploads {
  readonly uploads: readonly TimedUpload[];
  readonly messages: readonly PlantedMessage[];
  /** Events that are still under way. */
  readonly pending: number;
  /** An event of the results bucket, which no rule should let through. */
  outputWritten(key: string): void;
  /** Whether a version of the key is deleted, now or later. */
  isDoomed(key: string): boolean;
  /** This message is lost for good, if it named no object. */
  forgive(body: string): void;
}

/** What S3 answers instead of some objects' bytes. */
const REFUSALS: Partial<Record<UploadKind, StoredVersion['refusal']>> = {
  archived: { name: 'InvalidObjectState', status: 403 },
  forbidden: { name: 'AccessDenied', status: 403 },
};

/** Tries of the bus before it gives an event to the target's dead letters. */
const BUS_TRIES = 4;

export function startUploads(sim: Simulation, count: number, harmless: boolean): Uploads {
  const { scheduler, chance, faults, seed } = sim;
  const uploads: (TimedUpload & { deleted: boolean })[] = [];
  const messages: (PlantedMessage & { forgiven: boolean })[] = [];
  const doomed = new Set<string>();
  let versions = 0;
  let pending = 0;

  function later(milliseconds: number, action: () => void): void {
    pending += 1;
    scheduler.after(milliseconds, () => {
      pending -= 1;
      action();
    });
  }

  function upload({ key, kind, large, deletedAfter }: Omit<PlannedUpload, 'at'>): void {
    versions += 1;
    const versionId = `v${versions}`;
    const content = contentOf(kind, `${key}@${versionId}`, large);
    const at = scheduler.now();
    // Hexadecimal, of unequal length, ordered when padded on the right.
    const sequencer = `00${at.toString(16)}${versions.toString(16).padStart(6, '0')}`.replace(/0+$/, '').toUpperCase();
    const lastModified = new Date(Math.floor(at / 1000) * 1000);
    const refusal = REFUSALS[kind];
    const stored = { key, versionId, content, sequencer, lastModified, ...(refusal === undefined ? {} : { refusal }) };
    sim.s3.upload(stored);
    const etag = createHash('md5').update(content).digest('hex');
    const job = jobOf({ bucket: INBOX, key, versionId, etag, size: content.length, sequencer });
    const { reasons = undefined } = UPLOAD_KINDS[kind] as { reasons?: readonly string[] };
    const record = {
      key,
      versionId,
      jobId: job.jobId,
      sequencer,
      kind: reasons === undefined ? ('good' as const) : ('bad' as const),
      ...(reasons === undefined ? {} : { reasons }),
      deleted: false,
      sha256: createHash('sha256').update(content).digest('hex'),
      at,
      plannedAs: kind,
    };
    uploads.push(record);
    sim.trace(() => `upload ${JSON.stringify(key)} ${versionId}: ${kind}, job ${job.jobId.slice(0, 12)}`);
    emit(content.length > LARGE_OBJECT_BYTES ? QUEUES.launches : QUEUES.jobs, objectCreatedBody(job, 'aws.s3'));
    if (deletedAfter === undefined) return;
    later(deletedAfter, () => {
      record.deleted = true;
      sim.s3.deleteVersion(key, versionId);
      sim.trace(() => `delete ${JSON.stringify(key)} ${versionId}`);
    });
  }

  function emit(queue: string, body: string): void {
    if (faults.draw('bus.event-lost')) return;
    const late = faults.draw('bus.event-late') ? chance.between(60_000, 1_500_000) : 0;
    later(late + chance.between(50, 30_000), () => deliver(queue, body, 1));
    if (faults.draw('bus.event-twice')) later(chance.between(50, 120_000), () => deliver(queue, body, 1));
  }

  function deliver(queue: string, body: string, tries: number): void {
    if (faults.draw('bus.to-dead-letters')) return;
    if (!faults.draw('bus.target-failure')) sim.sqs.send(queue, body);
    else if (tries < BUS_TRIES) later(chance.between(1_000, 60_000), () => deliver(queue, body, tries + 1));
  }

  /** A message that is no job: it goes straight into the queue, as a person or a wrong rule would put it there. */
  function plant(body: string): void {
    const jobId = malformedId(body);
    if (!messages.some((message) => message.jobId === jobId)) {
      messages.push({ jobId, reasons: ['malformed-message'], forgiven: false });
    }
    sim.sqs.send(QUEUES.jobs, body);
  }

  for (const planned of planUploads(seed, count, { harmless, weights: sim.mutation?.uploads ?? {} })) {
    later(planned.at, () => upload(planned));
    const { key, large, overwrittenAfter, deletedAfter } = planned;
    if (deletedAfter !== undefined) doomed.add(key);
    if (overwrittenAfter === undefined) continue;
    later(planned.at + overwrittenAfter, () => upload({ key, kind: 'good', large }));
  }
  for (let index = 0; index < Math.ceil(count / 50); index += 1) {
    later(chance.between(0, UPLOADS_WITHIN_MS), () =>
      plant(index % 2 === 0 ? `{not json ${index}` : `{"hello":${index}}`),
    );
  }
  sim.trace(() => `seed ${seed}, ${count} uploads, from ${new Date(EPOCH).toISOString()}`);
  return {
    uploads,
    messages,
    get pending() {
      return pending;
    },
    isDoomed: (key) => doomed.has(key),
    forgive(body) {
      const jobId = malformedId(body);
      for (const message of messages) if (message.jobId === jobId) message.forgiven = true;
    },
    outputWritten(key) {
      if (!key.startsWith('outputs/')) return;
      if (!sim.mutation?.outputEvents && !faults.draw('bus.foreign-event')) return;
      const source = { bucket: RESULTS, key, versionId: 'o1', etag: '', size: 10, sequencer: '01' };
      const body = objectCreatedBody(jobOf(source), 'aws.s3');
      later(chance.between(50, 30_000), () => plant(body));
    },
  };
}

/** The id of the outcome of a message that names no object. */
function malformedId(body: string): string {
  return createHash('sha256').update(`malformed\0${body}`).digest('hex');
}

function contentOf(kind: UploadKind, id: string, large: boolean): Buffer {
  if (kind === 'empty') return Buffer.alloc(0);
  const padding = kind === 'too-large' ? MAX_OBJECT_BYTES : large ? LARGE_OBJECT_BYTES : 0;
  const content: Content = { kind, id, ...(padding === 0 ? {} : { padding: 'p'.repeat(padding) }) };
  return Buffer.from(JSON.stringify(content));
}
