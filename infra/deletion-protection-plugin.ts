import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';

interface Serverless {
  readonly service: { readonly custom?: { readonly deletionProtection?: unknown } };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  getProvider(name: 'aws'): {
    getAwsSdkV3Config(): Promise<CloudFormationClientConfig>;
    readonly naming: { getStackName(): string };
  };
}

/**
 * Gives the stack the termination protection that `custom.deletionProtection` names, after every deployment: CloudFormation
 * takes it with no template. The other half, what an update may replace or delete, is the stack policy of serverless.yml.
 */
export default class DeletionProtectionPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(serverless: Serverless) {
    this.hooks = {
      'after:deploy:deploy': async () => {
        const provider = serverless.getProvider('aws');
        const client = new CloudFormationClient(await provider.getAwsSdkV3Config());
        const wanted = serverless.service.custom?.deletionProtection === 'enabled';
        try {
          await protect(client, provider.naming.getStackName(), wanted);
        } catch (cause) {
          const why = cause instanceof Error ? cause.message : String(cause);
          const sentence = `The stack is deployed, but its protection from deletion could not be ${wanted ? 'set' : 'lifted'}: ${why}`;
          throw new serverless.classes.Error(sentence, 'DELETION_PROTECTION');
        } finally {
          client.destroy();
        }
      },
    };
  }
}

/** Changes nothing that is as wanted: the right to change it may be somebody else's. */
async function protect(client: CloudFormationClient, StackName: string, wanted: boolean): Promise<void> {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  if ((Stacks?.[0]?.EnableTerminationProtection ?? false) === wanted) return;
  await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: wanted }));
}
