import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/** The stack of a run as any program would see it: names from its outputs, and the SDK's clients. */
export interface Stack {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly ecs: ECSClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly name: string;
  /** A stack output's value. Throws when there is none. */
  output(key: string): string;
  /** The physical ID of a resource. Throws when there is none. */
  resource(logicalId: string): string;
  close(): void;
}

/** Opens the one stack of a local system. */
export async function openStack(endpoint: string): Promise<Stack> {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'chaos', secretAccessKey: 'chaos' },
    maxAttempts: 5,
  };
  const cloudformation = new CloudFormationClient(config);
  const { Stacks } = await cloudformation.send(new DescribeStacksCommand({}));
  const name = Stacks?.[0]?.StackName ?? '';
  const { StackResources } = await cloudformation.send(new DescribeStackResourcesCommand({ StackName: name }));
  cloudformation.destroy();
  const resources = new Map(StackResources?.map((each) => [each.LogicalResourceId, each.PhysicalResourceId]));
  const outputs = new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  // A put that the SDK sends again by itself would make a version that nobody knows of.
  const s3 = new S3Client({ ...config, maxAttempts: 1 });
  const clients = {
    sqs: new SQSClient(config),
    ecs: new ECSClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
  };
  return {
    s3,
    ...clients,
    name,
    output: (key) => found(outputs.get(key), `output ${key}`),
    resource: (logicalId) => found(resources.get(logicalId), `resource ${logicalId}`),
    close() {
      for (const client of [s3, ...Object.values(clients)]) client.destroy();
    },
  };
}

function found(value: string | undefined, what: string): string {
  if (value === undefined) throw new Error(`The stack has no ${what}.`);
  return value;
}
