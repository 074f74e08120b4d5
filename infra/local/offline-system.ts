import { join } from 'node:path';
import { z } from 'zod';
import { compileTemplate } from './compile-template.ts';
import { type FaultScript, readFaultScript } from './faults/fault-script.ts';
import { freePort, isListening } from './free-port.ts';
import { captureFunctionOutput } from './function-output.ts';
import { accessRecordsDirectory, homeDirectory, systemFile } from './home.ts';
import type { CliOptions, Serverless } from './offline-types.ts';
import { describePortInUse } from './port-holder.ts';
import { findRunningSystem } from './running-system.ts';
import { createSystem, type LocalImage, type System } from './system.ts';
import { type LocalContainers, localContainers } from './task-containers.ts';
import { readTemplate } from './template/compiled-template.ts';

const settingsSchema = z.strictObject({
  /** Port of the endpoint; 0 takes any free one. */
  port: z.coerce.number().int().min(0).max(65_535),
  images: z.array(z.strictObject({ repository: z.string(), entryPoint: z.array(z.string()).min(1) })),
});

type Settings = z.infer<typeof settingsSchema>;

export interface OfflineSystem {
  readonly system: System;
  /** Where serverless-offline is to serve Lambda's API. */
  readonly lambdaPort: number;
}

/** Compiles the template as a deployment would and creates the system; nothing polls or runs yet. */
export async function createOfflineSystem(
  serverless: Serverless,
  options: CliOptions,
  say: (line: string) => void,
): Promise<OfflineSystem> {
  const { serviceDir, service } = serverless;
  const aws = serverless.getProvider('aws');
  const settings = readSettings(service.custom?.standIn, options.slipwayPort);
  await refuseSecondSystem(serviceDir, settings.port);
  const containers = await containersOf(options, serviceDir, say);
  const home = homeDirectory(serviceDir);
  const file = await compileTemplate({
    serviceDirectory: serviceDir,
    packageDirectory: join(home, 'package'),
    arguments: packageArguments(options),
  });
  const lambdaPort = await freePort();
  const system = await createSystem({
    template: await readTemplate(file),
    stackName: aws.naming.getStackName(),
    region: aws.getRegion(),
    directory: join(home, 'data'),
    port: settings.port,
    lambdaUrl: `http://127.0.0.1:${lambdaPort}`,
    images: localImages(settings.images, serviceDir),
    containers,
    timeScale: timeScaleOf(options.slipwayTimeScale),
    accessRecords: accessRecordsDirectory(),
    ...(await faultsOf(options.slipwayFaults)),
  });
  captureFunctionOutput((key, line) => system.appendFunctionLog(service.functions[key]?.name ?? key, line));
  giveEnvironment(serverless, system, timeScaleOf(options.slipwayTimeScale));
  return { system, lambdaPort };
}

/**
 * Gives functions the environment that their template resolves to, the endpoint, and their role's credentials:
 * serverless-offline itself renders intrinsic functions as "[object Object]".
 */
function giveEnvironment(serverless: Serverless, system: System, timeScale: number | undefined): void {
  const { provider, functions } = serverless.service;
  provider.environment = system.stack.resolve(provider.environment ?? {}) as Record<string, unknown>;
  for (const definition of Object.values(functions)) {
    const roleArn = String(system.stack.resolve(definition.role));
    const { accessKeyId, secretAccessKey } = system.credentialsFor(roleArn, definition.name);
    definition.environment = {
      ...onThisMachine(system, definition.name, system.stack.resolve(definition.environment ?? {})),
      AWS_ENDPOINT_URL: system.url,
      // For scaleService, whose steps are part of the time of scaling.
      ...(timeScale === undefined ? {} : { TIME_SCALE: String(timeScale) }),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      // serverless-offline hands on this machine's own, which would go before the role's credentials.
      AWS_PROFILE: '',
    };
  }
}

/** A function has no mounts here: a value that is a path of its file system or its temporary space becomes the folder. */
function onThisMachine(system: System, functionName: string, environment: unknown): Record<string, unknown> {
  const entries = Object.entries(environment as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === 'string' ? system.functionPath(functionName, value) : value,
    ]),
  );
}

async function refuseSecondSystem(serviceDirectory: string, port: number): Promise<void> {
  const running = await findRunningSystem(systemFile(serviceDirectory));
  if (running) throw new Error(`A system runs here already: process ${running.pid} at ${running.endpoint}.`);
  if (port !== 0 && (await isListening(port))) {
    throw new Error(`${describePortInUse(port)} Stop it, or choose another: npm start -- --port N.`);
  }
}

async function containersOf(
  { slipwayContainers: engine, slipwayImage: image }: CliOptions,
  projectDirectory: string,
  say: (line: string) => void,
): Promise<LocalContainers | undefined> {
  if (typeof engine !== 'string') return undefined;
  return localContainers({ engine, image: typeof image === 'string' ? image : undefined, projectDirectory, say });
}

/** Beyond ten minutes a second, a minute of scaling would be over before a message is handed over. */
const MAX_TIME_SCALE = 600;

function timeScaleOf(text: CliOptions[string]): number | undefined {
  if (text === undefined) return undefined;
  const scale = typeof text === 'string' ? Number(text) : Number.NaN;
  if (scale >= 1 && scale <= MAX_TIME_SCALE) return scale;
  throw new Error(`The time scale is "${text}"; expected a number from 1 to ${MAX_TIME_SCALE}.`);
}

async function faultsOf(file: CliOptions[string]): Promise<{ faults?: FaultScript }> {
  return typeof file === 'string' ? { faults: await readFaultScript(file) } : {};
}

function readSettings(standIn: unknown, port: CliOptions[string]): Settings {
  const parsed = settingsSchema.safeParse({
    ...(standIn as object | undefined),
    ...(port === undefined ? {} : { port }),
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`custom.standIn of serverless.yml: ${issue?.path.join('.')}: ${issue?.message}.`);
}

function localImages(images: Settings['images'], workingDirectory: string): Record<string, LocalImage> {
  return Object.fromEntries(
    images.map(({ repository, entryPoint }) => [
      repository,
      // `node` is this very Node, as the image has one of its own.
      { entryPoint: entryPoint.map((part) => (part === 'node' ? process.execPath : part)), workingDirectory },
    ]),
  );
}

/** Mail needs an address: locally it goes to the mailbox folder whatever the address is. */
const LOCAL_PARAMETERS = ['alertEmail=operator@localhost'];

/** The options that decide what the template looks like, handed on to `serverless package`. What is given wins. */
function packageArguments(options: CliOptions): string[] {
  const single = ['stage', 'region'].flatMap((name) => {
    const value = options[name];
    return typeof value === 'string' ? [`--${name}`, value] : [];
  });
  const given = Array.isArray(options.param) ? options.param.map(String) : [];
  const params = [...LOCAL_PARAMETERS.filter((param) => !isGiven(param, given)), ...given];
  return [...single, ...params.flatMap((param) => ['--param', param])];
}

function isGiven(parameter: string, given: readonly string[]): boolean {
  const [name] = parameter.split('=');
  return given.some((other) => other.startsWith(`${name}=`));
}
