import { AwsError } from '../http/aws-error.ts';
import type { Tag } from './clusters.ts';
import type { Ecs } from './ecs.ts';

/** Something that carries tags. */
export interface Tagged {
  readonly tags: readonly Tag[];
  setTags(tags: Tag[]): void;
}

/** What an ARN names. Throws InvalidParameterException when that has no tags here, or is not there. */
export function taggedResource(ecs: Ecs, arn: string): Tagged {
  const found = /^arn:aws:ecs:[^:]*:\d*:(task|service|cluster|task-definition)\/(.+)$/.exec(arn);
  const [, kind, name = ''] = found ?? [];
  const resource = kind === undefined ? undefined : FINDERS[kind]?.(ecs, name);
  if (!resource) throw new AwsError('InvalidParameterException', 'The specified resource is not found.');
  return resource;
}

const FINDERS: Readonly<Record<string, (ecs: Ecs, name: string) => Tagged | undefined>> = {
  task(ecs, name) {
    const task = ecs.tasks.find(name.split('/')[0] ?? '', name);
    return task && { tags: task.tags, setTags: (tags) => void ecs.tasks.amend(task.taskId, { tags }) };
  },
  service(ecs, name) {
    const [cluster = '', service = ''] = name.split('/');
    const found = ecs.services.find(cluster, service);
    return found && { tags: found.tags, setTags: (tags) => void ecs.services.change(found, { tags }) };
  },
  cluster(ecs, name) {
    const cluster = ecs.clusters.find(name);
    return cluster && { tags: cluster.tags, setTags: (tags) => ecs.clusters.put({ ...cluster, tags }) };
  },
  'task-definition'(ecs, name) {
    const definition = ecs.definitions.find(name);
    return definition && { tags: definition.tags, setTags: (tags) => ecs.definitions.setTags(definition, tags) };
  },
};
