import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type CompiledTemplate, parseTemplate } from '../../infra/local/template/compiled-template.ts';
import { resolveIntrinsics, type Scope } from '../../infra/local/template/intrinsics.ts';
import type { Packages } from './compile.ts';

export type Stage = keyof Packages;

// biome-ignore lint/suspicious/noExplicitAny: tests reach into a template of known shape; a wrong path fails the test.
export type Properties = Record<string, any>;

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly condition: string | undefined;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
  /** As compiled, with intrinsics. */
  readonly properties: Properties;
}

const FILE = 'cloudformation-template-update-stack.json';
const REGION = 'eu-west-1';
const ACCOUNT = '123456789012';

const templates = new Map<Stage, Properties>();

/** The compiled template of a stage as it would be deployed. */
export function rawTemplate(stage: Stage): Properties {
  const template = templates.get(stage) ?? JSON.parse(readFileSync(join(inject('packages')[stage], FILE), 'utf8'));
  templates.set(stage, template);
  return template;
}

/** All resources of a stage. */
export function resources(stage: Stage): Resource[] {
  return Object.entries<Properties>(rawTemplate(stage).Resources).map(([logicalId, resource]) => ({
    logicalId,
    type: resource.Type,
    condition: resource.Condition,
    deletionPolicy: resource.DeletionPolicy,
    updateReplacePolicy: resource.UpdateReplacePolicy,
    properties: resource.Properties ?? {},
  }));
}

/** Resources of one type. */
export function ofType(stage: Stage, type: string): Resource[] {
  return resources(stage).filter((resource) => resource.type === type);
}

/** Properties of one resource as compiled. Throws when there is no such resource. */
export function raw(stage: Stage, logicalId: string): Properties {
  const found = resources(stage).find((resource) => resource.logicalId === logicalId);
  if (!found) throw new Error(`The template has no resource ${logicalId}.`);
  return found.properties;
}

/** Properties of one resource, each intrinsic replaced by what AWS would give. */
export function resolved(stage: Stage, logicalId: string): Properties {
  return resolve(stage, raw(stage, logicalId)) as Properties;
}

/** Any value of a stage's template, resolved as if the stack had been deployed. */
export function resolve(stage: Stage, value: unknown): unknown {
  return resolveIntrinsics(value, scopeOf(stage, parseTemplate(rawTemplate(stage))));
}

/** One statement of a policy, resolved. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** Every statement of a role: its own, and those of policies that name it. */
export function statementsOf(stage: Stage, role: string): Statement[] {
  const attached = ofType(stage, 'AWS::IAM::Policy').filter(({ properties }) =>
    properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role),
  );
  const policies = [
    ...(resolved(stage, role).Policies ?? []),
    ...attached.map(({ logicalId }) => resolved(stage, logicalId)),
  ];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** The environment of a function or of the container of a task definition, resolved. */
export function environmentOf(stage: Stage, logicalId: string): Record<string, string> {
  const properties = resolved(stage, logicalId);
  const ofFunction = properties.Environment?.Variables;
  if (ofFunction) return ofFunction;
  const pairs: { Name: string; Value: string }[] = properties.ContainerDefinitions[0].Environment;
  return Object.fromEntries(pairs.map(({ Name, Value }) => [Name, Value]));
}

function scopeOf(stage: Stage, template: CompiledTemplate): Scope {
  return {
    template,
    region: REGION,
    accountId: ACCOUNT,
    stackName: `slipway-${stage}`,
    stackId: arn('cloudformation', `stack/slipway-${stage}/6f1de270-2a4b-11f0-9d6b-0a1b2c3d4e5f`),
    ref: (logicalId) => refOf(logicalId, template),
    attribute: (logicalId, name) => attributeOf(logicalId, name, template),
  };
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** What `Ref` gives, where that is not simply a name. */
const REFS: Readonly<Record<string, (id: string) => string>> = {
  'AWS::SQS::Queue': (id) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${id}`,
  'AWS::SNS::Topic': (id) => arn('sns', id),
  'AWS::ECS::Service': (id) => arn('ecs', `service/Cluster/${id}`),
  'AWS::ECS::TaskDefinition': (id) => arn('ecs', `task-definition/${id}:1`),
  'AWS::S3::Bucket': (id) => id.toLowerCase(),
};

function refOf(logicalId: string, template: CompiledTemplate): string | undefined {
  const type = template.Resources[logicalId]?.Type;
  return type === undefined ? undefined : (REFS[type]?.(logicalId) ?? logicalId);
}

function attributeOf(logicalId: string, name: string, template: CompiledTemplate): string | undefined {
  const type = template.Resources[logicalId]?.Type;
  if (type === undefined) return undefined;
  if (type === 'AWS::S3::Bucket' && name === 'Arn') return `arn:aws:s3:::${logicalId.toLowerCase()}`;
  return name.endsWith('Arn') ? arn(type.split('::')[1]?.toLowerCase() ?? '', logicalId) : `${logicalId}.${name}`;
}
