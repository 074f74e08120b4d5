import { z } from 'zod';
import { accessDenied, S3Error } from './s3-error.ts';

/** A statement of a bucket policy that the stand-in enforces: it denies writes by how they are conditional. */
export interface Statement {
  readonly resources: readonly RegExp[];
  /** Condition key → what its presence (`Null`) or its value (`Bool`) must be for the denial to apply. */
  readonly conditions: readonly ((write: PolicyWrite) => boolean)[];
}

/** What a policy can ask about a write. */
export interface PolicyWrite {
  readonly bucket: string;
  readonly key: string;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** False for UploadPart and CreateMultipartUpload, which make no object yet. */
  readonly createsObject: boolean;
}

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const policySchema = z.looseObject({
  Statement: z.union([z.array(z.looseObject({})), z.looseObject({}).transform((statement) => [statement])]),
});
const denialSchema = z.looseObject({
  Effect: z.literal('Deny'),
  Principal: z.union([z.literal('*'), z.looseObject({ AWS: oneOrMany.refine((names) => names.includes('*')) })]),
  Action: oneOrMany.refine((actions) => actions.some((action) => wildcard(action, 'i').test('s3:PutObject'))),
  Resource: oneOrMany,
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/**
 * Reads a policy. Kept for enforcement: denials of `s3:PutObject` to everyone whose conditions are all about
 * conditional writes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html). Every
 * other statement is stored and not enforced: the stand-in has no identities and no TLS. Throws MalformedPolicy.
 */
export function parsePolicy(policy: string | undefined): Statement[] {
  if (policy === undefined) return [];
  return readStatements(policy).flatMap((raw) => {
    const denial = denialSchema.safeParse(raw);
    const conditions = denial.success ? readConditions(denial.data.Condition) : undefined;
    if (!denial.success || !conditions) return [];
    return [{ resources: denial.data.Resource.map((resource) => wildcard(resource)), conditions }];
  });
}

/** Throws AccessDenied when a statement denies the write. */
export function checkPolicy(statements: readonly Statement[], write: PolicyWrite): void {
  const resource = `arn:aws:s3:::${write.bucket}/${write.key}`;
  for (const { resources, conditions } of statements) {
    if (!resources.some((pattern) => pattern.test(resource))) continue;
    if (!conditions.every((holds) => holds(write))) continue;
    throw accessDenied('Access Denied: a statement of the bucket policy denies s3:PutObject without its condition');
  }
}

function readStatements(policy: string): unknown[] {
  try {
    return policySchema.parse(JSON.parse(policy)).Statement;
  } catch (cause) {
    const error = new S3Error('MalformedPolicy', 'This policy contains invalid Json', 400);
    error.cause = cause;
    throw error;
  }
}

function readConditions(condition: Record<string, Record<string, unknown>>): Statement['conditions'] | undefined {
  const tests = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => readCondition(`${operator} ${key}`, String(wanted) === 'true')),
  );
  const known = tests.filter((test) => test !== undefined);
  return known.length === tests.length && known.length > 0 ? known : undefined;
}

function readCondition(test: string, wanted: boolean): Statement['conditions'][number] | undefined {
  switch (test) {
    case 'Null s3:if-none-match':
      return (write) => (write.ifNoneMatch === undefined) === wanted;
    case 'Null s3:if-match':
      return (write) => (write.ifMatch === undefined) === wanted;
    case 'Bool s3:ObjectCreationOperation':
      return (write) => write.createsObject === wanted;
    default:
      return undefined;
  }
}

function wildcard(pattern: string, flags = ''): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`);
}
