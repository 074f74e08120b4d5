import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Caller } from './checks.ts';

/** Whether a name can be a Region's: letters, a part of the world, a number. */
const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;

/** Asks STS who calls. The credentials are found as the AWS CLI finds them. Rejects with the SDK's error. */
export async function readCaller(region: string): Promise<Caller> {
  const client = new STSClient({ region, maxAttempts: 2 });
  try {
    const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } finally {
    client.destroy();
  }
}

/** The Region of the command line, the environment or the profile; undefined when none of them names one. */
export async function findRegion(given: string | undefined): Promise<string | undefined> {
  const region = given ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? (await regionOfProfile());
  return region !== undefined && REGION.test(region) ? region : undefined;
}

async function regionOfProfile(): Promise<string | undefined> {
  const client = new STSClient({});
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
