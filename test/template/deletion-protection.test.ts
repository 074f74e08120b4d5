import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import DeletionProtectionPlugin from '../../infra/deletion-protection-plugin.ts';

let server: Server;
let url = '';
let isProtected = false;
let refuses = false;
const changes: string[] = [];

/** CloudFormation as far as the plugin asks it: the stand-in's own is read only. */
beforeEach(async () => {
  changes.length = 0;
  refuses = false;
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const asked = new URLSearchParams(text);
    const action = asked.get('Action');
    if (action === 'DescribeStacks') {
      const stack = `<StackName>slipway-x</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><EnableTerminationProtection>${isProtected}</EnableTerminationProtection>`;
      response.end(answer('DescribeStacks', `<Stacks><member>${stack}</member></Stacks>`));
    } else if (refuses) {
      response
        .writeHead(403)
        .end(
          '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>',
        );
    } else {
      changes.push(`${action} ${asked.get('StackName')} ${asked.get('EnableTerminationProtection')}`);
      response.end(answer('UpdateTerminationProtection', '<StackId>arn</StackId>'));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

const answer = (action: string, result: string) =>
  `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;

function deployed(deletionProtection: string): Promise<void> {
  const config = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
  const plugin = new DeletionProtectionPlugin({
    service: { custom: { deletionProtection } },
    classes: { Error },
    getProvider: () => ({ getAwsSdkV3Config: async () => config, naming: { getStackName: () => 'slipway-x' } }),
  });
  return plugin.hooks['after:deploy:deploy']?.() ?? Promise.reject(new Error('no hook'));
}

describe('after a deployment the stack', () => {
  test.each([
    ['enabled', false, ['UpdateTerminationProtection slipway-x true']],
    ['enabled', true, []],
    ['disabled', true, ['UpdateTerminationProtection slipway-x false']],
    ['disabled', false, []],
  ])('with %s, protected before: %s, is changed by %j', async (wanted, before, expected) => {
    isProtected = before;
    await deployed(wanted);
    expect(changes).toEqual(expected);
  });

  test('is said to be unprotected where it is and should not be', async () => {
    isProtected = false;
    refuses = true;
    await expect(deployed('enabled')).rejects.toThrow(
      'The stack is deployed, but its protection from deletion could not be set: not authorized',
    );
  });
});

test('an update of a protected stage may neither replace nor delete what holds data', () => {
  const policyOf = (profile: 'dev' | 'prod') => {
    const state = JSON.parse(readFileSync(join(inject('packages')[profile], 'serverless-state.json'), 'utf8'));
    return state.service.provider.stackPolicy;
  };
  expect(policyOf('dev')).toEqual([{ Effect: 'Allow', Principal: '*', Action: ['Update:*'], Resource: '*' }]);
  expect(policyOf('prod')).toEqual([
    { Effect: 'Allow', Principal: '*', Action: ['Update:*'], Resource: '*' },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: ['Update:Replace', 'Update:Delete'],
      Resource: '*',
      Condition: {
        StringEquals: {
          ResourceType: expect.arrayContaining([
            'AWS::S3::Bucket',
            'AWS::EFS::FileSystem',
            'AWS::SQS::Queue',
            'AWS::KMS::Key',
          ]),
        },
      },
    },
  ]);
});
