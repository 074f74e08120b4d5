import type { System } from './system.ts';

/** What `npm start` prints when everything is up: one line to read, then what to try. */
export function readyMessage(system: System): string {
  const output = (key: string) => system.stack.outputs.find((entry) => entry.key === key)?.value ?? '';
  const inbox = output('InboxBucketName');
  return [
    `ready  ${system.url}  inbox: ${inbox}  results: ${output('ResultsBucketName')}`,
    '',
    'Try in another terminal:',
    '  npm run process -- PATH…',
    `  aws --endpoint-url ${system.url} s3 cp picture.jpg s3://${inbox}/`,
    `  aws --endpoint-url ${system.url} ecs list-tasks --cluster ${output('ClusterName')}`,
    'Ctrl-C stops everything.',
  ].join('\n');
}
