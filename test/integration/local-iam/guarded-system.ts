import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../../../infra/local/principals.ts';
import { createSystem, type System } from '../../../infra/local/system.ts';
import { parseTemplate } from '../../../infra/local/template/compiled-template.ts';

const REGION = 'us-east-1';

/** A system of a small template, with clients that are a session of one of its roles. */
export interface GuardedSystem {
  readonly system: System;
  readonly directory: string;
  /** What SDK clients are made with, as a session of the role with this logical ID. */
  as(role: string, session?: string): { endpoint: string; region: string; credentials: Credentials; maxAttempts: 1 };
  /** The same for somebody with credentials of their own. */
  readonly developer: { endpoint: string; region: string; credentials: Credentials; maxAttempts: 1 };
  /** What `Ref` gives. */
  ref(logicalId: string): string;
  close(): Promise<void>;
}

/** Creates the resources of a template's `Resources`; records of access go to the folder `access` of its directory. */
export async function guardedSystem(resources: Readonly<Record<string, unknown>>): Promise<GuardedSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-iam-'));
  const system = await createSystem({
    template: parseTemplate({ Resources: resources }),
    stackName: 'stack',
    region: REGION,
    directory,
    port: 0,
    lambdaUrl: 'http://127.0.0.1:1',
    images: {},
    accessRecords: join(directory, 'access'),
  });
  const config = (credentials: Credentials) =>
    ({ endpoint: system.url, region: REGION, credentials, maxAttempts: 1 }) as const;

  return {
    system,
    directory,
    as(role, session = 'session') {
      const arn = String(system.stack.resources.get(role)?.attributes?.Arn);
      return config(system.credentialsFor(arn, session));
    },
    developer: config({ accessKeyId: 'local', secretAccessKey: 'local' }),
    ref: (logicalId) => system.stack.resources.get(logicalId)?.ref ?? '',
    async close() {
      await system.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A role that tasks have, with one policy. */
export function role(statements: readonly unknown[] = []): unknown {
  const trust = { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
      Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

/** A statement that allows. */
export function allow(Action: unknown, Resource: unknown, Condition?: unknown): unknown {
  return { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}
