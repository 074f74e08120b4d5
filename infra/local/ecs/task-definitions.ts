import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { AwsError } from '../http/aws-error.ts';
import { canonicalJson } from './canonical-json.ts';
import { nameOf, taskDefinitionArn } from './names.ts';
import { checkTaskDefinition, type TaskDefinition, type TaskDefinitionContent } from './task-definition.ts';

/** Every revision of every family. */
export interface TaskDefinitions {
  /** Makes the next revision. Throws ClientException when the definition is not valid. */
  register(content: TaskDefinitionContent): TaskDefinition;
  /** The newest active revision when it has just this content, else a new one: what a template's resource needs. */
  registerIfChanged(content: TaskDefinitionContent): TaskDefinition;
  deregister(reference: string): TaskDefinition;
  /** By `family`, `family:revision` or ARN; a family alone means its newest active revision. */
  find(reference: string): TaskDefinition | undefined;
  /** Oldest first. */
  list(status: 'ACTIVE' | 'INACTIVE'): TaskDefinition[];
  setTags(definition: TaskDefinition, tags: TaskDefinition['tags']): void;
}

/** Task definitions over the stand-in's database. */
export function taskDefinitions(options: { database: DatabaseSync; clock: Clock; region: string }): TaskDefinitions {
  const { database, clock, region } = options;
  const insert = database.prepare(
    'INSERT INTO ecs_task_definition (family, revision, status, record) VALUES (?, ?, ?, ?)',
  );
  const update = database.prepare(
    'UPDATE ecs_task_definition SET status = ?, record = ? WHERE family = ? AND revision = ?',
  );
  const newest = database.prepare('SELECT MAX(revision) AS revision FROM ecs_task_definition WHERE family = ?');
  const newestActive = database.prepare(
    "SELECT record FROM ecs_task_definition WHERE family = ? AND status = 'ACTIVE' ORDER BY revision DESC LIMIT 1",
  );
  const exact = database.prepare('SELECT record FROM ecs_task_definition WHERE family = ? AND revision = ?');
  const byStatus = database.prepare(
    'SELECT record FROM ecs_task_definition WHERE status = ? ORDER BY family, revision',
  );

  function find(reference: string): TaskDefinition | undefined {
    const [family = '', revision] = nameOf(reference).split(':');
    return parse(revision === undefined ? newestActive.get(family) : exact.get(family, Number(revision)));
  }

  function register(content: TaskDefinitionContent): TaskDefinition {
    checkTaskDefinition(content);
    const revision = Number(newest.get(content.family)?.revision ?? 0) + 1;
    const definition: TaskDefinition = {
      ...content,
      taskDefinitionArn: taskDefinitionArn(region, content.family, revision),
      revision,
      status: 'ACTIVE',
      registeredAt: clock.now(),
    };
    insert.run(content.family, revision, 'ACTIVE', JSON.stringify(definition));
    return definition;
  }

  function store(definition: TaskDefinition): TaskDefinition {
    update.run(definition.status, JSON.stringify(definition), definition.family, definition.revision);
    return definition;
  }

  return {
    register,
    find,
    registerIfChanged(content) {
      const current = find(content.family);
      return current && canonicalJson(contentOf(current)) === canonicalJson(content) ? current : register(content);
    },
    deregister(reference) {
      const definition = find(reference);
      if (!definition) throw new AwsError('ClientException', 'Unable to describe task definition.');
      return store({ ...definition, status: 'INACTIVE', deregisteredAt: clock.now() });
    },
    list: (status) => byStatus.all(status).flatMap((row) => parse(row) ?? []),
    setTags: (definition, tags) => void store({ ...definition, tags }),
  };
}

function contentOf(definition: TaskDefinition): TaskDefinitionContent {
  const { taskDefinitionArn: _arn, revision: _revision, status: _status, registeredAt: _at, ...content } = definition;
  return content;
}

function parse(row: Record<string, unknown> | undefined): TaskDefinition | undefined {
  return row === undefined ? undefined : (JSON.parse(String(row.record)) as TaskDefinition);
}
