import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { principals } from '../../../infra/local/principals.ts';
import { stsService } from '../../../infra/local/sts/index.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';

const role = 'arn:aws:iam::000000000000:role/worker';
const identities = principals();
let endpoint: TestEndpoint;

beforeAll(async () => {
  endpoint = await serveServices(() => [stsService({ principalArn: identities.arnOf })]);
});
afterAll(() => endpoint.close());

it('tells a task the session of its role, and anyone else the account', async () => {
  const ask = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
    new STSClient({ ...endpoint.clientConfig, credentials }).send(new GetCallerIdentityCommand({}));
  const session = 'arn:aws:sts::000000000000:assumed-role/worker/task-1';
  const credentials = identities.credentialsFor(role, 'task-1');
  expect(await ask(credentials)).toMatchObject({ Arn: session, Account: '000000000000' });
  expect(identities.credentialsFor(role, 'task-2').accessKeyId).not.toBe(credentials.accessKeyId);
  expect((await ask(endpoint.clientConfig.credentials)).Arn).toBe('arn:aws:iam::000000000000:root');
});

it('says that it assumes no roles', async () => {
  const client = new STSClient({ ...endpoint.clientConfig, maxAttempts: 1 });
  await expect(client.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'a' }))).rejects.toThrow(
    'Operation sts:AssumeRole is not implemented by the local stand-in.',
  );
});
