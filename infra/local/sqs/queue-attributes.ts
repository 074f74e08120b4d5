import { notImplemented } from '../http/aws-error.ts';
import { parsePolicy } from '../iam/policy.ts';
import { PolicyError } from '../iam/policy-error.ts';
import { parseRedriveAllowPolicy, parseRedrivePolicy, type RedrivePolicy } from './redrive.ts';
import { sqsError } from './sqs-error.ts';

/** Default, smallest and largest value of the attributes that are numbers. Seconds, and bytes for the size. */
const NUMBERS: Readonly<Record<string, readonly [initial: number, minimum: number, maximum: number]>> = {
  VisibilityTimeout: [30, 0, 43_200],
  MessageRetentionPeriod: [345_600, 60, 1_209_600],
  DelaySeconds: [0, 0, 900],
  MaximumMessageSize: [1_048_576, 1024, 1_048_576],
  ReceiveMessageWaitTimeSeconds: [0, 0, 20],
  KmsDataKeyReusePeriodSeconds: [300, 60, 86_400],
};

/** Attributes that are text. Nothing is encrypted here; policies and keys are what access control asks for. */
const TEXTS = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'SqsManagedSseEnabled'];

const FIFO = ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];

/** Attributes that SQS works out itself. */
export const COMPUTED = [
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
] as const;

/** Attributes as they were set: text, by name. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** The attributes that rule a queue, defaults filled in. */
export interface QueueSettings {
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly maximumBytes: number;
  readonly waitSeconds: number;
  readonly redrive: RedrivePolicy | undefined;
}

/** Checks attributes that a caller wants to set, and gives them back in SQS's own spelling; `''` unsets a text. */
export function checkAttributes(attributes: QueueAttributes): QueueAttributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, checkAttribute(name, value)]));
}

function checkAttribute(name: string, value: string): string {
  if (FIFO.includes(name)) throw notImplemented(`Attribute ${name} (FIFO queues)`);
  const range = NUMBERS[name];
  if (!range && !TEXTS.includes(name)) throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  if (range) return checkNumber(name, value, range[1], range[2]);
  if (name === 'SqsManagedSseEnabled' && value !== 'true' && value !== 'false') throw invalidValue(name);
  if (name === 'RedrivePolicy' && value !== '') return JSON.stringify(parseRedrivePolicy(value));
  if (name === 'Policy' && value !== '') checkPolicy(value);
  if (name === 'RedriveAllowPolicy' && value !== '') return JSON.stringify(parseRedriveAllowPolicy(value));
  return value;
}

/** What could not be evaluated later is refused now. */
function checkPolicy(text: string): void {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalidValue('Policy');
  }
  try {
    parsePolicy('Policy', document, 'resource');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw sqsError('InvalidAttributeValue', `Invalid value for the parameter Policy. ${error.message}`);
  }
}

function checkNumber(name: string, value: string, minimum: number, maximum: number): string {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < minimum || number > maximum) throw invalidValue(name);
  return String(number);
}

function invalidValue(name: string): Error {
  return sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

/** Reads the settings out of attributes that were checked before. */
export function settingsOf(attributes: QueueAttributes): QueueSettings {
  const number = (name: string) => Number(attributes[name] ?? NUMBERS[name]?.[0]);
  return {
    visibilitySeconds: number('VisibilityTimeout'),
    retentionSeconds: number('MessageRetentionPeriod'),
    delaySeconds: number('DelaySeconds'),
    maximumBytes: number('MaximumMessageSize'),
    waitSeconds: number('ReceiveMessageWaitTimeSeconds'),
    redrive: attributes.RedrivePolicy ? parseRedrivePolicy(attributes.RedrivePolicy) : undefined,
  };
}

/** Every attribute that shows, in the API's spelling: those with a default always, texts when they are set. */
export function shownAttributes(attributes: QueueAttributes): Record<string, string> {
  const shown: Record<string, string> = { SqsManagedSseEnabled: attributes.KmsMasterKeyId ? 'false' : 'true' };
  for (const [name, [initial]] of Object.entries(NUMBERS)) {
    if (name !== 'KmsDataKeyReusePeriodSeconds' || attributes.KmsMasterKeyId) shown[name] = String(initial);
  }
  const set = Object.entries(attributes).filter(([, value]) => value !== '');
  return { ...shown, ...Object.fromEntries(set) };
}

/** Refuses names that no attribute of a standard queue has. */
export function checkAttributeNames(names: readonly string[]): void {
  for (const name of names) {
    const known = name === 'All' || name in NUMBERS || [...TEXTS, ...FIFO, ...COMPUTED].includes(name);
    if (!known) throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
}
