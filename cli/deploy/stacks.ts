import {
  CloudFormationClient,
  type CloudFormationServiceException,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  paginateListStacks,
  type Stack,
  type StackResourceSummary,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { ClientConfig } from '../deployment.ts';

/** A stack as its owner sees it. */
export interface StackView {
  readonly stackId: string;
  readonly status: string;
  readonly protected: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A resource of a stack: created, skipped by a deletion, or in between. */
export interface StackResourceView {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

/** What a stack of our own is made from. */
export interface StackSource {
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The role that CloudFormation works with; undefined: the caller's rights. */
  readonly roleArn: string | undefined;
}

/** CloudFormation, as far as the commands need it. */
export interface Stacks {
  /** Undefined when there is no stack of this name (a deleted one is only found by its ID). */
  find(nameOrId: string): Promise<StackView | undefined>;
  /** IDs of deleted stacks of this name, the newest first; CloudFormation remembers them for 90 days. */
  findDeleted(name: string): Promise<readonly string[]>;
  resources(nameOrId: string): Promise<readonly StackResourceView[]>;
  create(name: string, source: StackSource): Promise<void>;
  /** False when the stack already is what the source says. */
  update(name: string, source: StackSource): Promise<boolean>;
  /** The template as it was given. */
  template(nameOrId: string): Promise<string>;
  delete(name: string): Promise<void>;
  continueRollback(name: string): Promise<void>;
  /** One sentence for each resource that failed since the last operation began, the first failure first. */
  failures(nameOrId: string): Promise<readonly string[]>;
}

/** The account's CloudFormation. */
export function awsStacks(config: ClientConfig): Stacks & { close(): void } {
  const client = new CloudFormationClient({ ...config });
  return {
    async find(nameOrId) {
      try {
        const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: nameOrId }));
        return stack && stack.StackStatus !== 'DELETE_COMPLETE' ? viewOf(stack) : undefined;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async findDeleted(name) {
      const found: { readonly id: string; readonly at: number }[] = [];
      for await (const page of paginateListStacks({ client }, { StackStatusFilter: ['DELETE_COMPLETE'] })) {
        for (const { StackName, StackId = '', DeletionTime } of page.StackSummaries ?? []) {
          if (StackName === name) found.push({ id: StackId, at: DeletionTime?.getTime() ?? 0 });
        }
      }
      return found.sort((a, b) => b.at - a.at).map(({ id }) => id);
    },
    async resources(nameOrId) {
      const found: StackResourceSummary[] = [];
      let next: string | undefined;
      do {
        const page = await client.send(new ListStackResourcesCommand({ StackName: nameOrId, NextToken: next }));
        found.push(...(page.StackResourceSummaries ?? []));
        next = page.NextToken;
      } while (next !== undefined);
      return found.map(resourceOf);
    },
    async create(name, source) {
      await client.send(new CreateStackCommand({ ...requestOf(name, source), OnFailure: 'DELETE' }));
    },
    async update(name, source) {
      try {
        await client.send(new UpdateStackCommand(requestOf(name, source)));
        return true;
      } catch (error) {
        if (error instanceof Error && /no updates are to be performed/i.test(error.message)) return false;
        throw error;
      }
    },
    async template(nameOrId) {
      const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: nameOrId }));
      return TemplateBody;
    },
    async delete(name) {
      await client.send(new DeleteStackCommand({ StackName: name }));
    },
    async continueRollback(name) {
      await client.send(new ContinueUpdateRollbackCommand({ StackName: name }));
    },
    async failures(nameOrId) {
      const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: nameOrId }));
      return failuresOf(StackEvents);
    },
    close: () => client.destroy(),
  };
}

interface Event {
  readonly LogicalResourceId?: string | undefined;
  readonly ResourceType?: string | undefined;
  readonly ResourceStatus?: string | undefined;
  readonly ResourceStatusReason?: string | undefined;
}

/** What failed in the last operation. `events`: the newest first, as CloudFormation gives them. Pure. */
export function failuresOf(events: readonly Event[]): readonly string[] {
  const begins = events.findIndex(
    ({ ResourceType, ResourceStatus, ResourceStatusReason }) =>
      ResourceType === 'AWS::CloudFormation::Stack' &&
      /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(ResourceStatus ?? '') &&
      ResourceStatusReason !== undefined,
  );
  return events
    .slice(0, begins < 0 ? undefined : begins)
    .filter(({ ResourceStatus = '', ResourceType, ResourceStatusReason = '' }) => {
      // What is only stopped because something else failed explains nothing.
      const cancelled = /cancelled/i.test(ResourceStatusReason);
      return ResourceStatus.endsWith('_FAILED') && ResourceType !== 'AWS::CloudFormation::Stack' && !cancelled;
    })
    .reverse()
    .map(
      ({ LogicalResourceId, ResourceType, ResourceStatusReason = 'no reason given' }) =>
        `${LogicalResourceId} (${ResourceType}): ${ResourceStatusReason}`,
    );
}

function viewOf(stack: Stack): StackView {
  return {
    stackId: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    protected: stack.EnableTerminationProtection ?? false,
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
  };
}

function resourceOf(summary: StackResourceSummary): StackResourceView {
  return {
    logicalId: summary.LogicalResourceId ?? '',
    physicalId: summary.PhysicalResourceId ?? '',
    type: summary.ResourceType ?? '',
    status: summary.ResourceStatus ?? '',
  };
}

function requestOf(name: string, { template, parameters, roleArn }: StackSource) {
  return {
    ...(roleArn === undefined ? {} : { RoleARN: roleArn }),
    StackName: name,
    TemplateBody: template,
    Capabilities: ['CAPABILITY_IAM' as const],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  };
}

function isMissing(error: unknown): boolean {
  const { name, message } = error as CloudFormationServiceException;
  return name === 'ValidationError' && /does not exist/.test(message);
}
