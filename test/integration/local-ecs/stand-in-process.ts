/** A stand-in of its own process, for tests that kill it: runs one task of the script given, says its ARN, and stays. */
import { RunTaskCommand } from '@aws-sdk/client-ecs';
import { networkConfiguration, register, startEcs } from './ecs-harness.ts';

const [folder = '', script = ''] = process.argv.slice(2);
const harness = await startEcs({ folder });
await register(harness, script);
const { tasks } = await harness.client.send(
  new RunTaskCommand({ cluster: 'c', taskDefinition: 'worker', launchType: 'FARGATE', networkConfiguration }),
);
console.log(tasks?.[0]?.taskArn);
