import * as z from 'zod';
import { SlipwayError } from './errors.ts';
import { type Job, jobOf } from './job.ts';

/** A message body that names no object version. The message is set aside; nothing is retried. */
export class MalformedEventError extends SlipwayError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('malformed-message', message, options);
  }
}

/** S3's limit of a key, in bytes of UTF-8 (Amazon S3 User Guide, "Naming Amazon S3 objects"). */
const MAX_KEY_BYTES = 1024;

/** What S3 gives an object that is put while versioning is suspended: it names no version, since the next put has it too. */
const NO_VERSION = 'null';

const keySchema = z
  .string()
  .min(1)
  .refine((key) => Buffer.byteLength(key) <= MAX_KEY_BYTES, { error: `expected at most ${MAX_KEY_BYTES} bytes` })
  // Half a surrogate pair has no UTF-8, so no request can name such a key.
  .refine((key) => key.isWellFormed(), { error: 'expected Unicode' });

/** Ends up in a header or a query. */
const tokenSchema = z.string().regex(/^[\x21-\x7e]{1,1024}$/, { error: 'expected printable ASCII' });

/**
 * "Object Created" as EventBridge delivers it, read tolerantly: only what Slipway needs is looked at, because AWS adds
 * members over time and fills some of them (`source-ip-address`) with more than one kind of value. What names the object
 * has to be right. A size may be missing; a sequencer that is none is left out, and dates decide the order instead.
 */
const objectCreatedSchema = z.object({
  'detail-type': z.literal('Object Created'),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1).max(255) }),
    object: z
      .object({
        key: keySchema,
        size: z.number().int().nonnegative().default(0),
        etag: z.union([tokenSchema, z.literal('')]).default(''),
        'version-id': tokenSchema.optional().transform((id) => (id === NO_VERSION ? undefined : id)),
        sequencer: z
          .string()
          .regex(/^[0-9a-f]{0,64}$/i)
          .catch(''),
      })
      .refine((object) => object['version-id'] !== undefined || object.etag !== '', {
        error: 'expected a version-id or an etag',
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
  const event = { source, 'detail-type': 'Object Created', detail: { bucket: { name: bucket }, object } };
  // The two characters of Unicode that JSON lets through and SQS does not.
  return JSON.stringify(event).replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MalformedEventError('The message is not JSON; expected an "Object Created" event.', { cause });
  }
}
