import type { System } from './system.ts';

/** What `npm start` prints when everything is up: one line to read, then what to try. */
export function readyMessage(system: System, region: string): string {
  const output = (key: string) => system.stack.outputs.find((entry) => entry.key === key)?.value ?? '';
  const inbox = output('InboxBucketName');
  return [
    `ready  ${system.url}  inbox: ${inbox}  results: ${output('ResultsBucketName')}`,
    '',
    'Try in another terminal:',
    '  npm run process -- PATH…',
    // An alias rather than AWS_ENDPOINT_URL, which version 1 of the command line ignores for SQS.
    `  alias aws='aws --endpoint-url ${system.url}'`,
    `  export AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    `  aws s3 cp picture.jpg s3://${inbox}/`,
    `  aws ecs list-tasks --cluster ${output('ClusterName')}`,
    'Ctrl-C stops everything.',
  ].join('\n');
}
