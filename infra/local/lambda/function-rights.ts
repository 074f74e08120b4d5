import { logStreamArn } from '../iam/authorizations/logs.ts';
import type { ActingRole, AppendLog, Rights } from '../ports.ts';
import type { SqsPort } from './event-source/sqs-port.ts';
import type { EventSourceMapping, FunctionDefinition } from './function-definition.ts';
import type { FunctionFileSystem } from './function-folders.ts';

/** The session of its role that a function runs with. */
function roleOf({ name, role }: FunctionDefinition): ActingRole | undefined {
  return role === undefined ? undefined : { roleArn: role, session: name };
}

/** Throws AccessDenied when Lambda may not take on a function's role. */
export function checkRole({ role }: FunctionDefinition, rights: Rights): void {
  if (role !== undefined) rights.assume('lambda.amazonaws.com', role);
}

/**
 * Throws AccessDenied when a function may not mount its file system and write to it. On AWS one without the right to write
 * is mounted all the same and fails at the first write; a folder of this machine cannot do that.
 */
export function checkMount(definition: FunctionDefinition, fileSystem: FunctionFileSystem, rights: Rights): void {
  const role = roleOf(definition);
  if (!role) return;
  const context = {
    'elasticfilesystem:AccessedViaMountTarget': 'true',
    'elasticfilesystem:AccessPointArn': fileSystem.accessPointArn,
  };
  const actions = ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'];
  rights.demand(
    role,
    'elasticfilesystem',
    actions.map((action) => ({ action, resource: fileSystem.arn, context })),
  );
}

/**
 * Puts the rights of a function's role before its mapping's polling, as Lambda polls with it
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). Throws AccessDenied from the start when the
 * role may not look at the queue, as Lambda refuses such a mapping.
 */
export function queueWithRights(
  sqs: SqsPort,
  rights: Rights,
  definition: FunctionDefinition,
  { queueArn }: EventSourceMapping,
): SqsPort {
  const role = roleOf(definition);
  if (!role) return sqs;
  const demand = (action: string) => rights.demand(role, 'sqs', [{ action: `sqs:${action}`, resource: queueArn }]);
  demand('GetQueueAttributes');
  return {
    async receive(arn, options) {
      demand('ReceiveMessage');
      return sqs.receive(arn, options);
    },
    async remove(arn, receiptHandles) {
      demand('DeleteMessage');
      await sqs.remove(arn, receiptHandles);
    },
    // The stand-in's own end gives messages back; no function asks for it.
    release: sqs.release,
  };
}

/** What a function's role may write of its log: lines that it may not write are lost, as on AWS. */
export type AppendFunctionLog = (definition: FunctionDefinition, ...line: Parameters<AppendLog>) => void;

/** Puts the rights of functions' roles before their logs. `onFault` hears of the first line that is lost, by function. */
export function logWithRights(
  appendLog: AppendLog,
  rights: Rights,
  region: string,
  onFault: (message: string) => void,
): AppendFunctionLog {
  const open = new Set<string>();
  const silent = new Set<string>();

  return (definition, group, stream, lines) => {
    const role = roleOf(definition);
    const resource = logStreamArn(region, group, stream);
    try {
      if (role && !open.has(resource)) rights.demand(role, 'logs', [{ action: 'logs:CreateLogStream', resource }]);
      open.add(resource);
      if (role) rights.demand(role, 'logs', [{ action: 'logs:PutLogEvents', resource }]);
    } catch (error) {
      if (!silent.has(definition.name)) onFault(`The log of ${definition.name} is lost: ${String(error)}`);
      silent.add(definition.name);
      return;
    }
    appendLog(group, stream, lines);
  };
}
