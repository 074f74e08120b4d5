import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { GuardedResources } from '../iam/guarded-resource.ts';
import { ALL_RIGHTS, type AppendLog, type Deliver, type PublishEvent, type PutMetrics, type Rights } from '../ports.ts';
import type { LocalService } from '../service.ts';
import { asyncInvocations as newAsyncInvocations } from './async-invocations.ts';
import { withBusDestination } from './bus-destination.ts';
import { type Poller, startPoller } from './event-source/poller.ts';
import type { SqsPort } from './event-source/sqs-port.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { functionLog } from './function-log.ts';
import { functionMetrics } from './function-metrics.ts';
import { checkRole, logWithRights, queueWithRights } from './function-rights.ts';
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
  /** The functions of the template, with their environment. */
  functions(): readonly FunctionDefinition[];
  /** Functions with their policies. */
  readonly guarded: GuardedResources;
  /** Asynchronous events and records for destinations that are stored and not yet done with. */
  pendingEvents(): number;
}

const STOP_BOUND_MS = 5_000;

/** Lambda: invocations with their logs, asynchronous ones with retries and destinations, and queues as event sources. */
export function lambdaService(options: LambdaOptions): LambdaService {
  const { database, clock, region, sqs } = options;
  const onFault = options.onFault ?? ((message: string) => console.error(message));
  const registry = newRegistry(region);
  const rights = options.rights ?? ALL_RIGHTS;
  const log = functionLog(logWithRights(options.appendLog, rights, region, onFault), clock);
  const invocations = newInvocations({
    clock,
    log,
    invokeFunction: options.invokeFunction,
    onEnd: (name, end, milliseconds) => options.putMetrics?.(functionMetrics(name, end, milliseconds)),
  });
  const deliver = withBusDestination(options.deliver, options.publishEvent);
  const asyncInvocations = newAsyncInvocations({ database, clock, registry, invocations, deliver, onFault });
  let pollers: readonly Poller[] = [];

  return {
    wire: lambdaWire({ registry, invocations, asyncInvocations }),
    providers: [
      functionProvider(registry, clock),
      eventSourceMappingProvider(registry, clock),
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
      const mappings = registry.mappings().filter(({ enabled }) => enabled);
      for (const definition of registry.list()) checkRole(definition, rights);
      const queues = mappings.map((mapping) =>
        queueWithRights(sqs, rights, registry.get(mapping.functionName), mapping),
      );
      asyncInvocations.start();
      pollers = mappings.map((mapping, index) =>
        startPoller({ sqs: queues[index] ?? sqs, clock, registry, invocations, mapping, onFault }),
      );
    },
    async stop() {
      const polling = pollers.map((poller) => poller.stop());
      await Promise.all([asyncInvocations.stop(STOP_BOUND_MS), invocations.stop(STOP_BOUND_MS)]);
      await Promise.all(polling);
    },
  };
}
