import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SlipwayError } from '../core/errors.ts';

/** How to reach AWS: the stand-in's endpoint with dummy credentials, or nothing, which is the machine's AWS set-up. */
export interface ClientConfig {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What the commands need to know of a stack. */
export interface Deployment {
  readonly stackName: string;
  readonly clientConfig: ClientConfig;
  readonly inboxBucket: string;
  readonly resultsBucket: string;
  readonly jobQueueUrl: string;
  readonly launchQueueUrl: string;
  readonly clusterName: string;
}

export function localClientConfig(endpoint: string, region: string): ClientConfig {
  return { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}

/** Reads a stack's outputs. Throws one sentence when the stack is not there or is no Slipway. */
export async function findDeployment(stackName: string, clientConfig: ClientConfig): Promise<Deployment> {
  const client = new CloudFormationClient({ ...clientConfig });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    const output = (key: string): string => {
      const value = outputs.get(key);
      if (value) return value;
      throw new SlipwayError('not-slipway', `Stack ${stackName} has no output ${key}: it is no Slipway stack.`);
    };
    return {
      stackName,
      clientConfig,
      inboxBucket: output('InboxBucketName'),
      resultsBucket: output('ResultsBucketName'),
      jobQueueUrl: output('JobQueueUrl'),
      launchQueueUrl: output('LaunchQueueUrl'),
      clusterName: output('ClusterName'),
    };
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SlipwayError('no-stack', `Stack ${stackName} cannot be read: ${why}`, { cause });
  } finally {
    client.destroy();
  }
}
