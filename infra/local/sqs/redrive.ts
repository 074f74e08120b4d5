import { z } from 'zod';
import { integer } from './integer.ts';
import { sqsError } from './sqs-error.ts';

const redrivePolicy = z.strictObject({
  deadLetterTargetArn: z.string().min(1),
  maxReceiveCount: integer.pipe(z.int().min(1).max(1000)),
});

const redriveAllowPolicy = z.strictObject({
  redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']),
  sourceQueueArns: z.array(z.string()).max(10).optional(),
});

/** Where a message goes once it was received `maxReceiveCount` times without being deleted. */
export type RedrivePolicy = z.infer<typeof redrivePolicy>;

/** Which queues may use this one as their dead-letter queue. */
export type RedriveAllowPolicy = z.infer<typeof redriveAllowPolicy>;

/** Reads a `RedrivePolicy`; refuses what SQS refuses. */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  return parse('RedrivePolicy', redrivePolicy, text);
}

/** Reads a `RedriveAllowPolicy`; a list of queues belongs to `byQueue` and to nothing else. */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const policy = parse('RedriveAllowPolicy', redriveAllowPolicy, text);
  if ((policy.redrivePermission === 'byQueue') !== (policy.sourceQueueArns !== undefined)) {
    throw refusal('RedriveAllowPolicy', text, 'sourceQueueArns belongs to redrivePermission byQueue');
  }
  return policy;
}

/** Whether a dead-letter queue with this policy takes messages from the queue. No policy allows every queue. */
export function allowsSource(policy: string | undefined, sourceArn: string): boolean {
  if (!policy) return true;
  const { redrivePermission, sourceQueueArns } = parseRedriveAllowPolicy(policy);
  return redrivePermission === 'allowAll' || (sourceQueueArns?.includes(sourceArn) ?? false);
}

function parse<Policy>(name: string, schema: z.ZodType<Policy>, text: string): Policy {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal(name, text, 'it is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refusal(name, text, `${issue?.path.join('.') || 'the policy'}: ${issue?.message ?? 'not valid'}`);
}

function refusal(name: string, text: string, reason: string): Error {
  return sqsError('InvalidAttributeValue', `Value ${text} for parameter ${name} is invalid. Reason: ${reason}.`);
}
