import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import type { Publication } from './index.ts';

/** 256 KiB. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const MAX_BYTES = 256 * 1024;

const attributesSchema = z.record(
  z.string(),
  // Binary values stay Base64, as subscribers get them.
  z.strictObject({ DataType: z.string(), StringValue: z.string().optional(), BinaryValue: z.string().optional() }),
);

/** What Publish and an entry of PublishBatch have in common. */
export const publishEntry = z.strictObject({
  Message: z.string().min(1),
  // As AWS: at most 100 characters of ASCII, on one line.
  Subject: z
    .string()
    .max(100)
    .regex(/^[\x20-\x7e]+$/, 'expected one line of ASCII')
    .optional(),
  MessageAttributes: attributesSchema.default({}),
});

/** An entry as a publication. Throws InvalidParameter for a message over 256 KiB. */
export function publicationOf({ Message, Subject, MessageAttributes }: z.infer<typeof publishEntry>): Publication {
  if (Buffer.byteLength(Message) > MAX_BYTES) {
    throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
  }
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? '' },
    ]),
  );
  return { message: Message, attributes, ...(Subject === undefined ? {} : { subject: Subject }) };
}
