import { z } from 'zod';
import { accessDenied, S3Error } from './s3-error.ts';

/** How many bytes a form's policy lets in. */
export interface LengthRange {
  readonly min: number;
  readonly max: number;
}

const conditionSchema = z.union([
  z.tuple([z.literal('content-length-range'), z.coerce.number(), z.coerce.number()]),
  z.tuple([z.enum(['eq', 'starts-with']), z.string().startsWith('$'), z.string()]),
  z.record(z.string(), z.string()),
]);
const policySchema = z.strictObject({ expiration: z.iso.datetime(), conditions: z.array(conditionSchema) });

/** Fields that a policy need not name: they carry the policy, its signature and the file. */
const EXEMPT = /^(policy|x-amz-signature|signature|awsaccesskeyid|file|bucket|x-ignore-.*)$/;

/**
 * Holds a form against its own policy: every field must be named and match, and it must not have expired. Returns the
 * lengths that are let in. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 * Throws AccessDenied, InvalidPolicyDocument.
 */
export function checkPostPolicy(fields: ReadonlyMap<string, string>, bucket: string, now: number): LengthRange {
  const encoded = fields.get('policy');
  // Without a policy it would be an anonymous upload, which no bucket here allows.
  if (encoded === undefined) throw accessDenied();
  const policy = readPolicy(encoded);
  if (Date.parse(policy.expiration) <= now) throw accessDenied('Invalid according to Policy: Policy expired.');
  const values = new Map([...fields, ['bucket', bucket]]);
  const named = new Set<string>();
  let lengths: LengthRange = { min: 0, max: Number.POSITIVE_INFINITY };
  for (const condition of policy.conditions.flatMap(unfold)) {
    if (condition[0] === 'content-length-range') {
      lengths = { min: condition[1], max: condition[2] };
      continue;
    }
    const [operator, variable, wanted] = condition;
    const name = variable.slice(1).toLowerCase();
    const value = values.get(name) ?? '';
    named.add(name);
    if (operator === 'eq' ? value === wanted : value.startsWith(wanted)) continue;
    throw accessDenied(`Invalid according to Policy: Policy Condition failed: ${JSON.stringify(condition)}`);
  }
  const extra = [...fields.keys()].find((name) => !named.has(name) && !EXEMPT.test(name));
  if (extra !== undefined) throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra}`);
  return lengths;
}

/** Lets a file through as long as it fits. Throws EntityTooLarge, EntityTooSmall. */
export async function* limitLength(
  file: AsyncIterable<Buffer>,
  { min, max }: LengthRange,
): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > max) {
      const details = { ProposedSize: size, MaxSizeAllowed: max };
      throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, details);
    }
    yield chunk;
  }
  if (size >= min) return;
  const details = { ProposedSize: size, MinSizeAllowed: min };
  throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, details);
}

type Condition = readonly ['content-length-range', number, number] | readonly ['eq' | 'starts-with', string, string];

/** `{ "acl": "private" }` is `["eq", "$acl", "private"]`. */
function unfold(condition: z.infer<typeof conditionSchema>): Condition[] {
  if (Array.isArray(condition)) return [condition];
  return Object.entries(condition).map(([name, value]) => ['eq', `$${name}`, value] as const);
}

function readPolicy(encoded: string): z.infer<typeof policySchema> {
  try {
    return policySchema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  } catch (cause) {
    const message = 'The content of the form does not meet the conditions specified in the policy document.';
    const error = new S3Error('InvalidPolicyDocument', message, 400);
    error.cause = cause;
    throw error;
  }
}
