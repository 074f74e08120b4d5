/**
 * `npm run deploy:moto`: deploys to moto's server, a second implementation of AWS's APIs that has nothing of ours, and runs
 * one job of each kind there. Exit code 0: all held, or there is no Python to run moto with, which is said.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../cli/deploy/run-program.ts';
import { awsStacks } from '../../cli/deploy/stacks.ts';
import { deployedFunctions } from './functions.ts';
import { conditionalWrites, type Deployed, largeJob, setWhatIsDropped, smallJob, stoppedTask, sweep } from './jobs.ts';
import { MOTO_VERSION, type Moto, MotoMissing, startMoto } from './moto-server.ts';
import { makePlace, type Place, REGION } from './place.ts';
import { type Reporter, reporter } from './report.ts';
import { type TemplateResources, verifyStack } from './verify-stack.ts';

const ARGUMENTS = ['--stage', 'dev', '--region', REGION];
/** A large object of a tenth of a megabyte: the way is the same, and the test is faster. */
const PARAMETERS = ['--param', 'alertEmail=ops@example.org', '--param', 'largeObjectBytes=100000'];

process.exitCode = await main();

async function main(): Promise<number> {
  const cache = process.env.SLIPWAY_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');
  let moto: Moto;
  try {
    moto = await startMoto(cache);
  } catch (error) {
    if (!(error instanceof MotoMissing)) throw error;
    process.stdout.write(`deploy:moto: skipped, nothing was tested: ${error.message}.\n`);
    return 0;
  }
  const place = await makePlace(moto.endpoint);
  const report = reporter();
  try {
    await run(moto, place, report);
  } finally {
    await moto.stop();
    await place.remove();
  }
  const { length } = report.failures;
  process.stdout.write(`\n${length === 0 ? 'All held' : `${length} did not hold`}, against moto ${MOTO_VERSION}.\n`);
  return length === 0 ? 0 : 1;
}

async function run(moto: Moto, place: Place, report: Reporter): Promise<void> {
  report.heading('npm run deploy, on an empty account');
  const asked = await place.slipway('deploy', ...ARGUMENTS, ...PARAMETERS);
  report.check(
    asked.exitCode === 1 && asked.printed.includes('Nobody can be asked here'),
    'without --yes and without a terminal it does nothing',
    asked.printed,
  );
  const first = await place.slipway('deploy', ...ARGUMENTS, ...PARAMETERS, '--yes');
  report.quote(first.printed);
  report.check(first.exitCode === 0, 'deploys: exit code 0', moto.log().slice(-30).join('\n'));
  if (first.exitCode !== 0) return;
  const engine = (await readFile(place.dockerLog, 'utf8')).split('\n').map((line) => line.split(' ')[1]);
  report.check(
    engine.filter(Boolean).slice(-3).join() === 'build,login,push',
    'the engine built, logged in and pushed',
    engine.join(),
  );

  report.heading('What was created');
  await verifyStack('slipway-dev', await expectedResources(moto), moto, place, report);

  report.heading('npm run deploy, once more');
  const second = await place.slipway('deploy', ...ARGUMENTS, ...PARAMETERS, '--yes');
  report.check(
    second.exitCode === 0 && second.printed.includes('is in the registry already'),
    'finds everything there: exit code 0',
    second.printed,
  );

  const deployed = await readDeployed(moto, place, report);
  await setWhatIsDropped(deployed);
  await smallJob(deployed);
  await largeJob(deployed);
  await stoppedTask(deployed);
  await sweep(deployed);
  await conditionalWrites(deployed);
  await takeAway(moto, place, report);
}

/** The resources of the template that CloudFormation was given. The only condition of this stage holds: an address is given. */
async function expectedResources(moto: Moto): Promise<TemplateResources> {
  const stacks = stacksOf(moto);
  const template = JSON.parse(await stacks.template('slipway-dev'));
  stacks.close();
  return template.Resources;
}

async function readDeployed(moto: Moto, place: Place, report: Reporter): Promise<Deployed> {
  const stacks = stacksOf(moto);
  const outputs = (await stacks.find('slipway-dev'))?.outputs ?? {};
  const resources = await stacks.resources('slipway-dev');
  stacks.close();
  const physicalId = (id: string) => resources.find(({ logicalId }) => logicalId === id)?.physicalId ?? '';
  const invoke = deployedFunctions(place, moto.endpoint, physicalId('ServerlessDeploymentBucket'), moto.python);
  return {
    place,
    report,
    outputs,
    invoke,
    endpoint: moto.endpoint,
    log: moto.log,
    taskDefinition: physicalId('WorkerTaskDefinition'),
  };
}

async function takeAway(moto: Moto, place: Place, report: Reporter): Promise<void> {
  report.heading('npm run remove');
  const removed = await place.slipway('remove', ...ARGUMENTS, '--yes');
  report.quote(removed.printed);
  report.check(
    removed.exitCode === 0 && removed.printed.includes('Stack slipway-dev is gone.'),
    'removes: exit code 0',
  );
  for (const line of moto.told().filter((text) => text.startsWith('NOT DELETED'))) report.note(`moto: ${line}`);
  await runPrintedCommands(removed.printed, moto, place, report);
  // Last: to be asked for a stack that is gone makes moto create its resources anew.
  const again = await place.slipway('remove', ...ARGUMENTS, '--yes');
  report.check(
    again.exitCode === 0 && again.printed.includes('There is no stack'),
    'removing once more is no error',
    again.printed,
  );
}

/** Does what the user is told to do with what stays, where there is an AWS CLI. */
async function runPrintedCommands(printed: string, moto: Moto, place: Place, report: Reporter): Promise<void> {
  if ((await runProgram('aws', ['--version'], { env: place.environment })).exitCode !== 0) {
    report.note('skipped: there is no aws command to run what was printed with');
    return;
  }
  const aws = `aws() { command aws --endpoint-url ${moto.endpoint} --region ${REGION} "$@"; }`;
  const bash = (script: string) =>
    runProgram('bash', ['-c', `set -e\n${aws}\n${script}`], { env: place.environment, cwd: place.directory });
  // moto keeps them when their stack goes; AWS deletes them with it.
  await bash(`for id in $(aws efs describe-file-systems --query 'FileSystems[].FileSystemId' --output text); do
    for target in $(aws efs describe-mount-targets --file-system-id $id --query 'MountTargets[].MountTargetId' --output text); do
      aws efs delete-mount-target --mount-target-id $target; done; done`);
  const commands = printed.split('\n').filter((line) => line.startsWith('  ') && /aws |while|grep|query/.test(line));
  const { exitCode, printed: said } = await bash(commands.join('\n'));
  report.check(exitCode === 0, 'the printed commands delete what stayed', said);
  // Of the repository moto's CloudFormation keeps what has images: it does not know EmptyOnDelete.
  const listings = [
    's3 ls',
    "sqs list-queues --query 'QueueUrls[] || `[]`'",
    "efs describe-file-systems --query 'FileSystems[]'",
  ];
  const left = await bash(listings.map((listing) => `aws --output text ${listing}`).join('\n'));
  const nothing = left.printed.replaceAll('None', '').trim() === '';
  report.check(left.exitCode === 0 && nothing, 'no bucket, queue or file system is left', left.printed);
}

function stacksOf(moto: Moto) {
  return awsStacks({
    endpoint: moto.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}
