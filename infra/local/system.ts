import { join } from 'node:path';
import { autoscalingService } from './autoscaling/index.ts';
import { type Clock, systemClock } from './clock.ts';
import { cloudformationService } from './cloudformation/index.ts';
import type { StackSource } from './cloudformation/stack-source.ts';
import { cloudwatchService } from './cloudwatch/index.ts';
import { queueMetrics } from './cloudwatch/sources/queue-metrics.ts';
import { openDatabase } from './database.ts';
import { deliveries } from './deliveries.ts';
import { ecsService } from './ecs/index.ts';
import { eventsService } from './events/index.ts';
import { type FaultScript, faultsOf } from './faults/index.ts';
import { serveEndpoint } from './http/server.ts';
import { accessControl } from './iam/index.ts';
import { lambdaService } from './lambda/index.ts';
import { offlineInvoker } from './lambda/offline-invoker.ts';
import { logsService } from './logs/index.ts';
import type { PutMetrics } from './ports.ts';
import { type Credentials, principals } from './principals.ts';
import { s3Service } from './s3/index.ts';
import { scalingPace } from './scaling-pace.ts';
import { schedulerService } from './scheduler/index.ts';
import type { LocalService } from './service.ts';
import { shellProviders } from './shells/index.ts';
import { snsService } from './sns/index.ts';
import { sqsService } from './sqs/index.ts';
import { stsService } from './sts/index.ts';
import type { LocalContainers } from './task-containers.ts';
import type { CompiledTemplate } from './template/compiled-template.ts';
import { createStack, type Stack } from './template/create-stack.ts';

/** How an image is started without a container: the command of its ENTRYPOINT, over the built files. */
export interface LocalImage {
  readonly entryPoint: readonly string[];
  readonly workingDirectory: string;
}

export interface SystemOptions {
  readonly template: CompiledTemplate;
  readonly stackName: string;
  readonly region: string;
  /** Everything durable is below it; a second system on the same folder is the caller's mistake. */
  readonly directory: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** serverless-offline's Lambda API. */
  readonly lambdaUrl: string;
  /** By the logical ID of the repository that the image comes from. */
  readonly images: Readonly<Record<string, LocalImage>>;
  /** What tasks run in; processes of this machine when left out. */
  readonly containers?: LocalContainers | undefined;
  readonly clock?: Clock;
  /**
   * How many times faster the time of scaling passes: that of metrics, alarms, Application Auto Scaling and schedules, which
   * then keep AWS's own pace and delays. Without it they follow at once, in the time of everything else.
   */
  readonly timeScale?: number | undefined;
  /** What is to go wrong; nothing when left out. */
  readonly faults?: FaultScript;
  /** A folder for records of which permissions were used and which were missing; none when left out. */
  readonly accessRecords?: string | undefined;
}

export interface System {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly stack: Stack;
  /** Begins polling, scheduling and running tasks. Call it once functions can be invoked. */
  start(): Promise<void>;
  /** Ends every child, timer and socket; waits for them. */
  stop(): Promise<void>;
  /** Dummy credentials that say which role makes a call. */
  credentialsFor(roleArn: string, session: string): Credentials;
  /** Every permission that the stack's policies grant: who, which action, on what. */
  grants(): readonly string[];
  /** Takes a line that a function printed. */
  appendFunctionLog(functionName: string, line: string): void;
  /** What a path of a function is on this machine. */
  functionPath(functionName: string, path: string): string;
}

/** Composes the stand-in: every service over one database, and the stack of the compiled template in it. */
export async function createSystem(options: SystemOptions): Promise<System> {
  const { directory, region } = options;
  const clock = options.clock ?? systemClock();
  const database = openDatabase(directory);
  const shared = { database, clock, region };
  const pace = scalingPace(clock, options.timeScale);
  const source: StackSource = { stack: undefined, createdAt: new Date(clock.now()) };
  const identities = principals();
  const faults = faultsOf(options.faults, { directory, clock, principalArn: identities.arnOf });
  const iam = accessControl({ region, clock, principals: identities, recordsDirectory: options.accessRecords });
  let url = '';

  const { deliver: deliverUnasked, connect } = deliveries();
  const deliver = iam.deliver(deliverUnasked);
  // CloudWatch comes last: it reads the services that count here.
  const putMetrics: PutMetrics = (data) => cloudwatch.putMetrics(data);
  const logs = logsService({ ...shared, putMetrics });
  const sqs = sqsService({ ...shared, origin: () => url });
  const sns = snsService({ ...shared, deliver, mailboxDirectory: join(directory, 'mailbox') });
  const events = eventsService({ ...shared, putMetrics, deliver: faults.deliver(deliver) });
  const publishEvent = faults.publish(events.publish);
  const s3 = s3Service({ ...shared, directory: join(directory, 's3'), publishEvent });
  const scheduler = schedulerService({ ...shared, clock: pace.clock, putMetrics, deliver });
  const shells = shellProviders({ region, directory });
  const lambda = lambdaService({
    ...shared,
    directory: join(directory, 'functions'),
    fileSystemAt: shells.accessPoint,
    putMetrics,
    sqs,
    deliver,
    appendLog: logs.append,
    publishEvent,
    invokeFunction: offlineInvoker(options.lambdaUrl),
    rights: iam.rights,
  });
  const isOurs = (uri: string) => Object.hasOwn(options.images, repositoryName(uri));
  const { containers } = options;
  const ecs = ecsService({
    ...shared,
    directory: join(directory, 'ecs'),
    publishEvent,
    appendLog: logs.append,
    endpointUrl: () => url,
    images: (uri) => options.images[repositoryName(uri)],
    containers: containers && {
      engine: containers.engine,
      images: (uri) => (isOurs(uri) ? containers.image : undefined),
    },
    credentials: identities.credentialsFor,
    rights: iam.rights,
    filesystem: shells.filesystem,
    extraEnvironment: faults.taskEnvironment,
    findAlarm: (name) => cloudwatch.findAlarm(name),
    onSteady: (cluster, service) => autoscaling.serviceSteady(cluster, service),
  });
  const cloudwatch = cloudwatchService({
    ...shared,
    ...pace,
    deliver,
    publishEvent,
    onAlarmChanged: ecs.alarmChanged,
  });
  cloudwatch.registerSource(queueMetrics(sqs.depths, clock));
  cloudwatch.registerSource(ecs.metrics);
  const autoscaling = autoscalingService({ ...shared, clock: pace.clock, ecs, cloudwatch, publishEvent });
  connect({ sqs, sns, lambda, autoscaling });

  const services: LocalService[] = [
    logs,
    sqs,
    sns,
    events,
    s3,
    scheduler,
    lambda,
    ecs,
    cloudwatch,
    autoscaling,
    stsService({ principalArn: identities.arnOf }),
    cloudformationService(source),
  ];
  const endpoint = await serveEndpoint({
    port: options.port,
    services: services.flatMap((service) => (service.wire ? [faults.wire(service.wire)] : [])),
    unsigned: { '/_ecs/': faults.wire(ecs.agentWire, 'ecs-agent') },
    access: iam.callAccess,
  });
  url = endpoint.url;

  async function stop(): Promise<void> {
    // Tasks still talk to the endpoint while they drain: the sockets close last.
    for (const service of services.toReversed()) await service.stop?.();
    await endpoint.close();
    if (database.isOpen) database.close();
  }

  try {
    const providers = [...services.flatMap((service) => service.providers), ...shells.providers];
    const stack = await createStack({ ...options, providers });
    iam.open(stack, {
      roles: shells.roles,
      resources: {
        ...shells.guarded,
        sqs: sqs.guarded,
        sns: sns.guarded,
        s3: s3.guarded,
        lambda: lambda.guarded,
        logs: logs.guarded,
      },
      taskDefinition: ecs.taskDefinition,
      keyOfAlias: shells.keyOfAlias,
    });
    source.stack = stack;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    stack: source.stack,
    async start() {
      for (const service of services) await service.start?.();
    },
    stop,
    credentialsFor: (roleArn, session) => identities.credentialsFor(roleArn, session, lambda.arnOf(session)),
    grants: iam.grants,
    appendFunctionLog: lambda.appendFunctionLog,
    functionPath: lambda.localPath,
  };
}

/** The name of the repository that an image's URI names, whatever its registry, tag or digest. */
function repositoryName(uri: string): string {
  return /^[^/]+\/([^@:]+)/.exec(uri)?.[1] ?? '';
}
