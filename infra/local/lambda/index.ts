import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { mapPath } from '../ecs/process/mounts.ts';
import type { GuardedResources } from '../iam/guarded-resource.ts';
import { ALL_RIGHTS, type AppendLog, type Deliver, type PublishEvent, type PutMetrics, type Rights } from '../ports.ts';
import type { LocalService } from '../service.ts';
import { asyncInvocations as newAsyncInvocations } from './async-invocations.ts';
import { withBusDestination } from './bus-destination.ts';
import { mappingSwitch } from './event-source/mapping-switch.ts';
import { startPoller } from './event-source/poller.ts';
import { pollers as newPollers } from './event-source/pollers.ts';
import type { SqsPort } from './event-source/sqs-port.ts';
import type { EventSourceMapping, FunctionDefinition } from './function-definition.ts';
import { type FunctionFileSystem, functionFolders } from './function-folders.ts';
import { functionLog } from './function-log.ts';
import { functionMetrics } from './function-metrics.ts';
import { checkMount, checkRole, logWithRights, queueWithRights } from './function-rights.ts';
import { invocations as newInvocations } from './invocations.ts';
import type { InvokeFunction } from './offline-invoker.ts';
import { checkPayload } from './payload.ts';
import { registry as newRegistry } from './registry.ts';
import { eventInvokeConfigProvider } from './resources/event-invoke-config.ts';
import { eventSourceMappingProvider } from './resources/event-source-mapping.ts';
import { functionProvider } from './resources/function.ts';
import { permissionProvider } from './resources/permission.ts';
import { versionProvider } from './resources/version.ts';
import { lambdaWire } from './wire.ts';

/** What Lambda is composed of. */
export interface LambdaOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  readonly sqs: SqsPort;
  readonly deliver: Deliver;
  readonly appendLog: AppendLog;
  readonly invokeFunction: InvokeFunction;
  /** Temporary folders of functions are below it. */
  readonly directory?: string;
  /** What an access point's ARN leads to. Throws when the stack has no such one; none has when left out. */
  readonly fileSystemAt?: (accessPointArn: string) => FunctionFileSystem;
  /** What the roles of functions may do; everything when left out. */
  readonly rights?: Rights;
  /** Where destinations that are event buses go; without it such a destination fails and says so. */
  readonly publishEvent?: PublishEvent;
  /** Where calls are counted; nowhere when left out. */
  readonly putMetrics?: PutMetrics;
  /** Told of events that are lost and queues that cannot be polled; the default writes to standard error. */
  readonly onFault?: (message: string) => void;
}

/** Lambda, with what other services call in process. */
export interface LambdaService extends LocalService {
  /** Stores an event for a function, which runs it soon. Rejects with ResourceNotFoundException or InvalidRequestContentException. */
  invokeAsync(functionArn: string, payload: string): Promise<void>;
  /** Puts a line that a function printed into its log group. A function that is not known is ignored. */
  appendFunctionLog(functionName: string, line: string): void;
  /** Undefined for a name that is no function's. */
  arnOf(functionName: string): string | undefined;
  /** What a path of a function is on this machine: below its file system, or below its temporary space. */
  localPath(functionName: string, path: string): string;
  /** The functions of the template, with their environment. */
  functions(): readonly FunctionDefinition[];
  /** Functions with their policies. */
  readonly guarded: GuardedResources;
  /** Asynchronous events and records for destinations that are stored and not yet done with. */
  pendingEvents(): number;
}

const STOP_BOUND_MS = 5_000;

function noFileSystem(arn: string): never {
  throw new Error(`There is no access point ${arn}.`);
}

/** Lambda: invocations with their logs, asynchronous ones with retries and destinations, and queues as event sources. */
export function lambdaService(options: LambdaOptions): LambdaService {
  const { database, clock, region, sqs } = options;
  const onFault = options.onFault ?? ((message: string) => console.error(message));
  const registry = newRegistry(region);
  const rights = options.rights ?? ALL_RIGHTS;
  const fileSystemAt = options.fileSystemAt ?? noFileSystem;
  const folders = functionFolders(options.directory, fileSystemAt);
  const log = functionLog(logWithRights(options.appendLog, rights, region, onFault), clock);
  const invocations = newInvocations({
    clock,
    log,
    invokeFunction: options.invokeFunction,
    isMissed: ({ name }) => {
      const config = registry.invokeConfig(name);
      return config === undefined || config.maximumRetryAttempts > 0 || config.onFailure !== undefined;
    },
    onEnd: (name, end, milliseconds) => options.putMetrics?.(functionMetrics(name, end, milliseconds)),
  });
  const deliver = withBusDestination(options.deliver, options.publishEvent);
  const asyncInvocations = newAsyncInvocations({ database, clock, registry, invocations, deliver, onFault });
  const switches = mappingSwitch(database);
  const pollers = newPollers(registry.mappings, (mapping) => {
    const queue = queueWithRights(sqs, rights, registry.get(mapping.functionName), mapping);
    return startPoller({ sqs: queue, clock, registry, invocations, mapping, onFault });
  });

  function switchMapping(mapping: EventSourceMapping, enabled: boolean): EventSourceMapping {
    const switched = { ...mapping, enabled, modifiedAt: clock.now() };
    switches.write(mapping.uuid, enabled);
    registry.putMapping(switched);
    pollers.changed(switched);
    return switched;
  }

  return {
    wire: lambdaWire({ registry, invocations, asyncInvocations, switchMapping }),
    providers: [
      functionProvider(registry, clock),
      eventSourceMappingProvider(registry, clock, switches),
      eventInvokeConfigProvider(registry, clock),
      permissionProvider(registry),
      versionProvider(registry),
    ],
    async invokeAsync(functionArn, payload) {
      asyncInvocations.add(registry.get(functionArn), checkPayload(payload));
    },
    appendFunctionLog(functionName, line) {
      const definition = registry.find(functionName);
      if (definition) log.append(definition, line);
    },
    arnOf: (functionName) => registry.find(functionName)?.arn,
    localPath: (functionName, path) => mapPath(path, folders(registry.get(functionName))),
    functions: registry.list,
    guarded: {
      find(arn) {
        const definition = registry.find(arn);
        return definition && { arn: definition.arn, policy: registry.policyDocument(definition.name) };
      },
      list: () => registry.list().map(({ arn, name }) => ({ arn, policy: registry.policyDocument(name) })),
    },
    pendingEvents: asyncInvocations.size,
    start() {
      for (const definition of registry.list()) {
        checkRole(definition, rights);
        for (const { arn } of definition.fileSystems) checkMount(definition, fileSystemAt(arn), rights);
      }
      asyncInvocations.start();
      pollers.start();
    },
    async stop() {
      const polling = pollers.stop();
      await Promise.all([asyncInvocations.stop(STOP_BOUND_MS), invocations.stop(STOP_BOUND_MS)]);
      await polling;
    },
  };
}
