import { serverlessError } from '../../infra/local/compile-template.ts';
import { type Builder, chooseBuilder } from './engines.ts';
import type { RunProgram } from './run-program.ts';

/** Who calls, according to STS. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** What the checks look at. */
export interface CheckSources {
  readonly nodeVersion: string;
  /** From the command line, the environment or the profile; undefined when none of them names one. */
  readonly region: string | undefined;
  readonly build: Builder | undefined;
  /** Rejects when there are no credentials, or AWS does not take them. */
  caller(region: string): Promise<Caller>;
  /** The compiled template; rejects with what Serverless said. */
  compile(region: string): Promise<string>;
  readonly run: RunProgram;
}

/** What all checks found, each in a sentence. */
export interface CheckReport {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly region: string | undefined;
  readonly caller: Caller | undefined;
  readonly builder: Builder | undefined;
  /** Path of the compiled template. */
  readonly template: string | undefined;
}

const NODE_MAJOR = 24;

/** Runs every check, whatever the others say: who has three things to put right wants to hear of all of them. */
export async function runChecks(sources: CheckSources): Promise<CheckReport> {
  const { region } = sources;
  const [identity, builder, template] = await Promise.all([
    checkCaller(region, sources.caller),
    chooseBuilder(sources.build, sources.run),
    settled(sources.compile(region ?? 'us-east-1')),
  ]);
  const passed: string[] = [];
  const failed: string[] = [];
  const tell = (good: boolean, sentence: string) => void (good ? passed : failed).push(sentence);
  const node = checkNode(sources.nodeVersion);
  tell(node.works, node.sentence);
  passed.push(...identity.passed);
  failed.push(...identity.failed);
  tell(builder.builder !== undefined, builder.sentence);
  tell(
    'value' in template,
    'value' in template
      ? 'the template compiles'
      : `The template does not compile: ${serverlessError(template.error.message)}`,
  );
  return {
    passed,
    failed,
    region,
    caller: identity.caller,
    builder: builder.builder,
    template: 'value' in template ? template.value : undefined,
  };
}

/** Region and credentials: what every command needs that talks to AWS. */
export async function checkCaller(
  region: string | undefined,
  read: (region: string) => Promise<Caller>,
): Promise<Pick<CheckReport, 'passed' | 'failed' | 'caller'>> {
  if (region === undefined) {
    const sentence =
      'No Region is named: give --region (such as us-east-1), set AWS_REGION, or put one into your AWS profile.';
    return { passed: [], failed: [sentence], caller: undefined };
  }
  const caller = await settled(read(region));
  if ('error' in caller) {
    return { passed: [`Region ${region}`], failed: [credentialsSentence(caller.error, region)], caller: undefined };
  }
  const { account, arn } = caller.value;
  return { passed: [`Region ${region}`, `account ${account}, as ${arn}`], failed: [], caller: caller.value };
}

function checkNode(version: string): { works: boolean; sentence: string } {
  const bare = version.replace('v', '');
  const works = Number(bare.split('.')[0]) >= NODE_MAJOR;
  const advice = `Node ${NODE_MAJOR} or newer is needed, which "npm ci" brings: run the command with npm`;
  return { works, sentence: works ? `Node ${bare}` : `This is Node ${bare}; ${advice}.` };
}

type Settled<Value> = { readonly value: Value } | { readonly error: Error };

async function settled<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** The SDK's errors by name, in words that say what to do. */
function credentialsSentence({ name, message }: Error, region: string): string {
  if (name === 'CredentialsProviderError') {
    return 'No AWS credentials were found: set AWS_PROFILE, or sign in with "aws login" or "aws sso login".';
  }
  if (name === 'ExpiredTokenException' || name === 'ExpiredToken') {
    return 'The AWS credentials have expired: sign in again.';
  }
  if (['InvalidClientTokenId', 'UnrecognizedClientException', 'SignatureDoesNotMatch'].includes(name)) {
    return `AWS does not take the credentials (${message}), or Region ${region} is not enabled for the account.`;
  }
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return `AWS was not reached in Region "${region}": ${message}.`;
  return `The credentials could not be checked: ${message}.`;
}
