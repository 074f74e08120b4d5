import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { runProgram } from '../../cli/deploy/run-program.ts';
import { type Place, projectDirectory } from './place.ts';

/** Calls a deployed function; gives what it returned, and what it logged. */
export type Invoke = (name: string, event: object) => Promise<{ readonly result: unknown; readonly printed: string }>;

/**
 * Functions as they were deployed: the package from the deployment bucket, unpacked, with the environment that Lambda
 * has for them. moto itself would run them in Docker.
 */
export function deployedFunctions(place: Place, endpoint: string, bucket: string, python: string): Invoke {
  const client = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const lambda = new LambdaClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });

  async function unpack(name: string): Promise<string> {
    const folder = join(place.directory, 'functions', name);
    await mkdir(folder, { recursive: true });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    const Key = Contents.map(({ Key = '' }) => Key).findLast((key) => key.endsWith(`/${name}.zip`)) ?? '';
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const archive = join(folder, 'package.zip');
    await writeFile(archive, (await Body?.transformToByteArray()) ?? '');
    await runProgram(python, ['-m', 'zipfile', '-e', archive, folder]);
    return folder;
  }

  return async (name, event) => {
    const FunctionName = `slipway-dev-${name}`;
    const { Environment, Handler = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const bundle = join(await unpack(name), Handler.replace(/\.handler$/, '.mjs'));
    const script = join(projectDirectory, 'test/moto/invoke-function.ts');
    const { exitCode, printed } = await runProgram(process.execPath, [script, bundle, FunctionName], {
      env: { ...place.environment, ...Environment?.Variables, AWS_LAMBDA_FUNCTION_NAME: FunctionName },
      input: JSON.stringify(event),
    });
    const result = /^RESULT (.*)$/m.exec(printed)?.[1];
    if (exitCode !== 0 || result === undefined) throw new Error(`${FunctionName} ended with ${exitCode}:\n${printed}`);
    return { result: JSON.parse(result), printed };
  };
}
