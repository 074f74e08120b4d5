import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';

/** 256 KiB, message and attributes together. */
const MAX_BYTES = 256 * 1024;

const attributesSchema = z.record(
  z.string(),
  z.strictObject({ DataType: z.string(), StringValue: z.string().default('') }),
);

export const publish = operation(
  'Publish',
  z.strictObject({
    TopicArn: z.string(),
    Message: z.string().min(1),
    // As AWS: at most 100 characters of ASCII, on one line.
    Subject: z
      .string()
      .max(100)
      .regex(/^[\x20-\x7e]+$/, 'expected one line of ASCII')
      .optional(),
    MessageAttributes: attributesSchema.default({}),
  }),
  (sns: Sns, { TopicArn, Message, Subject, MessageAttributes }) => {
    if (Buffer.byteLength(Message) > MAX_BYTES) {
      throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
    }
    const attributes = Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => [
        name,
        { Type: DataType, Value: StringValue },
      ]),
    );
    const publication = { message: Message, attributes, ...(Subject === undefined ? {} : { subject: Subject }) };
    return { MessageId: sns.publish(TopicArn, publication) };
  },
);
