import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidParameter } from './sqs-error.ts';

/** One message attribute in the API's shape. A binary value is Base64 text. */
export const messageAttribute = z.strictObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

export const messageAttributes = z.record(z.string(), messageAttribute);

export type MessageAttributes = z.infer<typeof messageAttributes>;

const MAX_ATTRIBUTES = 10;
const NAME = /^(?!(?:aws|amazon)\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const TYPE = /^(String|Number|Binary)(\..+)?$/;

/** Refuses attributes as SQS does: names, types, empty values, more than ten. */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    throw invalidParameter(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  }
  for (const [name, attribute] of entries) checkAttribute(name, attribute);
}

function checkAttribute(name: string, attribute: MessageAttributes[string]): void {
  if (!NAME.test(name)) throw invalidParameter(`Message attribute name '${name}' is not valid.`);
  const type = TYPE.exec(attribute.DataType)?.[1];
  if (!type) {
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const value = type === 'Binary' ? attribute.BinaryValue : attribute.StringValue;
  if (!value) {
    throw invalidParameter(
      `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (type === 'Number' && !Number.isFinite(Number(value))) {
    throw invalidParameter(`Could not cast message attribute '${name}' value to number.`);
  }
}

/** What the attributes add to a message's size: names, types and values. */
export function attributeBytes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (bytes, [name, { DataType }]) =>
      bytes + Buffer.byteLength(name) + Buffer.byteLength(DataType) + bytesOf(attributes[name]).length,
    0,
  );
}

/** The attributes that a receive asks for: by name, `All` or `.*`, or `prefix.*`. */
export function chooseAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const wanted = (name: string) =>
    names.some((pattern) =>
      pattern === 'All' || pattern.endsWith('.*')
        ? pattern === 'All' || name.startsWith(pattern.slice(0, -2))
        : pattern === name,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}

/**
 * MD5 over the attributes sorted by name, each as length and bytes of name, type and value, with 1 before text and 2
 * before bytes. Undefined for none. docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
 * sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    add(Buffer.from(name));
    add(Buffer.from(attribute?.DataType ?? ''));
    hash.update(Buffer.of(attribute?.BinaryValue === undefined ? 1 : 2));
    add(bytesOf(attribute));
  }
  return hash.digest('hex');
}

function bytesOf(attribute: MessageAttributes[string] | undefined): Buffer {
  if (attribute?.BinaryValue !== undefined) return Buffer.from(attribute.BinaryValue, 'base64');
  return Buffer.from(attribute?.StringValue ?? '');
}
