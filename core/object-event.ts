import * as z from 'zod';
import { SlipwayError } from './errors.ts';
import { type Job, jobOf } from './job.ts';

/** A message body that names no object version. The message is set aside; nothing is retried. */
export class MalformedEventError extends SlipwayError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('malformed-message', message, options);
  }
}

/**
 * "Object Created" as EventBridge delivers it, read tolerantly: only what Slipway needs is looked at, because AWS adds
 * members over time and fills some of them (`source-ip-address`) with more than one kind of value.
 */
const objectCreatedSchema = z.object({
  'detail-type': z.literal('Object Created'),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().int().nonnegative().default(0),
      etag: z.string().default(''),
      'version-id': z.string().min(1).optional(),
      sequencer: z.string().default(''),
    }),
  }),
});

/** The job that a message's body asks for. Throws MalformedEventError with what was expected. */
export function parseObjectCreated(body: string): Job {
  const parsed = objectCreatedSchema.safeParse(parseJson(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') || 'the message';
    throw new MalformedEventError(
      `The message is not an "Object Created" event: ${where}: ${issue?.message ?? 'not valid'}.`,
      { cause: parsed.error },
    );
  }
  const { bucket, object } = parsed.data.detail;
  const versionId = object['version-id'];
  return jobOf({
    bucket: bucket.name,
    key: object.key,
    ...(versionId === undefined ? {} : { versionId }),
    etag: object.etag,
    size: object.size,
    sequencer: object.sequencer,
  });
}

/** The same event for a job that the sweep puts back, so that a queue holds one kind of message. */
export function objectCreatedBody(job: Job, source: string): string {
  const { bucket, key, versionId, etag, size, sequencer } = job.source;
  const object = { key, size, etag, ...(versionId === undefined ? {} : { 'version-id': versionId }), sequencer };
  return JSON.stringify({ source, 'detail-type': 'Object Created', detail: { bucket: { name: bucket }, object } });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MalformedEventError('The message is not JSON; expected an "Object Created" event.', { cause });
  }
}
