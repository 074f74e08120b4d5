import type { StackResourceView } from '../deploy/stacks.ts';

/** Something that stays when its stack goes: it holds data. */
export interface Leftover {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** Resources of a stack that a deletion leaves, by its template (as JSON). Pure. */
export function retainedResources(template: string, resources: readonly StackResourceView[]): readonly Leftover[] {
  return withPolicy(template, resources, (policy) => policy === 'Retain' || policy === 'RetainExceptOnCreate');
}

/** Buckets that a deletion takes along, which has to find them empty. Pure. */
export function deletedBuckets(template: string, resources: readonly StackResourceView[]): readonly string[] {
  return withPolicy(template, resources, (policy) => policy === undefined || policy === 'Delete')
    .filter(({ type }) => type === 'AWS::S3::Bucket')
    .map(({ physicalId }) => physicalId);
}

/** What CloudFormation remembers of a stack that is gone. Pure. */
export function skippedResources(resources: readonly StackResourceView[]): readonly Leftover[] {
  return resources.filter(({ status, physicalId }) => status === 'DELETE_SKIPPED' && physicalId !== '');
}

function withPolicy(
  template: string,
  resources: readonly StackResourceView[],
  wanted: (policy: string | undefined) => boolean,
): readonly Leftover[] {
  const { Resources = {} } = JSON.parse(template === '' ? '{}' : template) as {
    Resources?: Record<string, { DeletionPolicy?: string }>;
  };
  return resources.filter(
    ({ logicalId, physicalId, status }) =>
      physicalId !== '' &&
      status !== 'DELETE_COMPLETE' &&
      logicalId in Resources &&
      wanted(Resources[logicalId]?.DeletionPolicy),
  );
}

/** Commands that delete one leftover, by type. A bucket has to be emptied of every version before. */
const COMMANDS: Readonly<Record<string, (id: string, region: string) => readonly string[]>> = {
  'AWS::S3::Bucket': (name, region) => [
    `while aws s3api list-object-versions --region ${region} --bucket ${name} --max-items 500 --output json \\`,
    "    --query '{Quiet: `true`, Objects: [Versions, DeleteMarkers][][].{Key: Key, VersionId: VersionId}}' > versions.json \\",
    `  && grep -q VersionId versions.json; do`,
    `  aws s3api delete-objects --region ${region} --bucket ${name} --delete file://versions.json; done`,
    `aws s3api delete-bucket --region ${region} --bucket ${name}`,
  ],
  'AWS::SQS::Queue': (url, region) => [`aws sqs delete-queue --region ${region} --queue-url ${url}`],
  'AWS::EFS::FileSystem': (id, region) => [`aws efs delete-file-system --region ${region} --file-system-id ${id}`],
  'AWS::KMS::Key': (id, region) => [
    '# What was encrypted with it can never be read again: the last of all.',
    `aws kms schedule-key-deletion --region ${region} --pending-window-in-days 7 --key-id ${id}`,
  ],
  'AWS::Logs::LogGroup': (name, region) => [`aws logs delete-log-group --region ${region} --log-group-name ${name}`],
  'AWS::ECR::Repository': (name, region) => [
    `aws ecr delete-repository --region ${region} --force --repository-name ${name}`,
  ],
};

/** Keys go last: whoever deletes in this order can still read what it deletes. */
const ORDER = Object.keys(COMMANDS).filter((type) => type !== 'AWS::KMS::Key');

/** What stays, by name, and how to delete it. Pure; empty when nothing stays. */
export function leftoversText(leftovers: readonly Leftover[], region: string): string {
  if (leftovers.length === 0) return '';
  const sorted = leftovers.toSorted((a, b) => place(a) - place(b));
  const names = sorted.map(
    ({ logicalId, physicalId, type }) => `  ${logicalId} (${type.replace('AWS::', '')}): ${physicalId}`,
  );
  const commands = sorted.flatMap(
    ({ type, physicalId }) => COMMANDS[type]?.(physicalId, region) ?? [`# ${type} ${physicalId}: in the console`],
  );
  return [
    'These hold data and stay, in the account and on the bill:',
    ...names,
    '',
    'When nobody needs them any more:',
    ...commands.map((line) => `  ${line}`),
  ].join('\n');
}

function place({ type }: Leftover): number {
  const index = ORDER.indexOf(type);
  return index < 0 ? ORDER.length : index;
}
