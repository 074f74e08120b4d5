/** Below these, keys are the user's own, not CloudFormation's. */
const MAPS = new Set(['Options', 'DockerLabels']);

/** Keys that differ from the API's in more than their first letter. */
const SPELLED: Readonly<Record<string, string>> = {
  EFSVolumeConfiguration: 'efsVolumeConfiguration',
  FilesystemId: 'fileSystemId',
  IAM: 'iam',
  EnableECSManagedTags: 'enableECSManagedTags',
};

/** CloudFormation's spelling of a resource's properties as the API spells them: `TaskRoleArn` as `taskRoleArn`. */
export function camelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCase);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [camelKey(key), MAPS.has(key) ? member : camelCase(member)]),
  );
}

function camelKey(key: string): string {
  return SPELLED[key] ?? key.charAt(0).toLowerCase() + key.slice(1);
}
