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
import { lambdaService } from './lambda/index.ts';
import { offlineInvoker } from './lambda/offline-invoker.ts';
import { logsService } from './logs/index.ts';
import { type Credentials, principals } from './principals.ts';
import { s3Service } from './s3/index.ts';
import { schedulerService } from './scheduler/index.ts';
import type { LocalService } from './service.ts';
import { shellProviders } from './shells/index.ts';
import { snsService } from './sns/index.ts';
import { sqsService } from './sqs/index.ts';
import { stsService } from './sts/index.ts';
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
  readonly clock?: Clock;
  /** What is to go wrong; nothing when left out. */
  readonly faults?: FaultScript;
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
  credentialsFor(roleArn: string): Credentials;
  /** Takes a line that a function printed. */
  appendFunctionLog(functionName: string, line: string): void;
}

/** Composes the stand-in: every service over one database, and the stack of the compiled template in it. */
export async function createSystem(options: SystemOptions): Promise<System> {
  const { directory, region } = options;
  const clock = options.clock ?? systemClock();
  const database = openDatabase(directory);
  const shared = { database, clock, region };
  const source: StackSource = { stack: undefined, createdAt: new Date(clock.now()) };
  const identities = principals();
  const faults = faultsOf(options.faults, { directory, clock, principalArn: identities.arnOf });
  let url = '';

  const { deliver, connect } = deliveries();
  const logs = logsService(shared);
  const sqs = sqsService({ ...shared, origin: () => url });
  const sns = snsService({ ...shared, deliver, mailboxDirectory: join(directory, 'mailbox') });
  const events = eventsService({ ...shared, deliver: faults.deliver(deliver) });
  const publishEvent = faults.publish(events.publish);
  const s3 = s3Service({ ...shared, directory: join(directory, 's3'), publishEvent });
  const scheduler = schedulerService({ ...shared, deliver });
  const lambda = lambdaService({
    ...shared,
    sqs,
    deliver,
    appendLog: logs.append,
    publishEvent,
    invokeFunction: offlineInvoker(options.lambdaUrl),
  });
  const shells = shellProviders({ region, directory });
  const ecs = ecsService({
    ...shared,
    directory: join(directory, 'ecs'),
    publishEvent,
    appendLog: logs.append,
    endpointUrl: () => url,
    images: (uri) => imageOf(uri, options.images, source.stack),
    credentials: (roleArn) => identities.credentialsFor(roleArn),
    filesystem: shells.filesystem,
    extraEnvironment: faults.taskEnvironment,
  });
  const cloudwatch = cloudwatchService({ ...shared, deliver, publishEvent });
  cloudwatch.registerSource(queueMetrics(sqs.depths, clock));
  cloudwatch.registerSource(ecs.metrics);
  const autoscaling = autoscalingService({ ...shared, ecs, cloudwatch });
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
    source.stack = await createStack({ ...options, providers });
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
    credentialsFor: identities.credentialsFor,
    appendFunctionLog: lambda.appendFunctionLog,
  };
}

/** The image behind a URI: that of the repository which the URI names, whatever its tag or digest. */
function imageOf(uri: string, images: SystemOptions['images'], stack: Stack | undefined): LocalImage | undefined {
  for (const [repository, image] of Object.entries(images)) {
    const repositoryUri = stack?.resources.get(repository)?.attributes?.RepositoryUri;
    if (repositoryUri !== undefined && uri.startsWith(String(repositoryUri))) return image;
  }
  return undefined;
}
