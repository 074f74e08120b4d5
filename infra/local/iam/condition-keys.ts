import { PolicyError } from './policy-error.ts';

/**
 * The condition keys that the stand-in gives values to where AWS does. A policy that asks for another one is refused: a
 * key that is always absent would make its statement silently true or false.
 */
const KEYS = [
  // Of every request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
  'aws:CurrentTime',
  'aws:EpochTime',
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalServiceName',
  'aws:PrincipalType',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
  'aws:SecureTransport',
  'aws:ViaAWSService',
  // Of calls that a service makes for a resource.
  'aws:SourceAccount',
  'aws:SourceArn',
  // Of requests with tags.
  'aws:TagKeys',
  'cloudwatch:namespace',
  'ecs:CreateAction',
  'ecs:cluster',
  'ecs:enable-execute-command',
  'ecs:task-definition',
  'elasticfilesystem:AccessPointArn',
  'elasticfilesystem:AccessedViaMountTarget',
  'iam:PassedToService',
  'kms:CallerAccount',
  // Of CreateGrant alone, which nothing here asks for.
  'kms:GrantIsForAWSResource',
  'kms:ViaService',
  // Of calls that a function's code makes; not of those that Lambda makes for it.
  'lambda:SourceFunctionArn',
  's3:ObjectCreationOperation',
  's3:VersionId',
  's3:delimiter',
  's3:if-match',
  's3:if-none-match',
  's3:max-keys',
  's3:prefix',
  's3:x-amz-acl',
  's3:x-amz-copy-source',
  's3:x-amz-metadata-directive',
  's3:x-amz-server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:x-amz-storage-class',
  'sns:Endpoint',
  'sns:Protocol',
] as const;

/** Keys that end in a name of the policy's own. */
const PREFIXES = ['aws:RequestTag/', 'kms:EncryptionContext:'] as const;

const BY_LOWER_CASE = new Map<string, string>(KEYS.map((key) => [key.toLowerCase(), key]));

/** The key as AWS documents it: policies may spell it in any case. Throws PolicyError for a key without values here. */
export function conditionKey(name: string): string {
  const known = BY_LOWER_CASE.get(name.toLowerCase());
  if (known !== undefined) return known;
  const prefix = PREFIXES.find((each) => name.toLowerCase().startsWith(each.toLowerCase()));
  if (prefix !== undefined) return prefix + name.slice(prefix.length);
  throw new PolicyError(`the condition key ${name} has no values in the local stand-in`);
}
