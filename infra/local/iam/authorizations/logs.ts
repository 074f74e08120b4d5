import { arn } from '../../account.ts';
import { type Authorization, type AuthorizationTable, type Members, on, text } from '../authorization.ts';

/** CloudWatch Logs, after the Service Authorization Reference (list_logs): groups and the streams in them. */
export const LOGS: AuthorizationTable<Members> = {
  CreateLogGroup: group('CreateLogGroup'),
  CreateLogStream: stream('CreateLogStream'),
  DeleteLogGroup: group('DeleteLogGroup'),
  DeleteRetentionPolicy: group('DeleteRetentionPolicy'),
  DescribeLogGroups: (_input, { region }) => [
    on('logs:DescribeLogGroups', arn('logs', region, 'log-group::log-stream:')),
  ],
  DescribeLogStreams: group('DescribeLogStreams'),
  FilterLogEvents: group('FilterLogEvents'),
  GetLogEvents: stream('GetLogEvents'),
  PutLogEvents: stream('PutLogEvents'),
  PutRetentionPolicy: group('PutRetentionPolicy'),
};

/** ARN of a stream, `log-group:NAME:log-stream:STREAM`. */
export function logStreamArn(region: string, groupName: string, streamName: string): string {
  return arn('logs', region, `log-group:${groupName}:log-stream:${streamName}`);
}

function group(action: string): Authorization<Members> {
  return (input, { region }) => [on(`logs:${action}`, logStreamArn(region, groupOf(input), ''))];
}

function stream(action: string): Authorization<Members> {
  return (input, { region }) => [on(`logs:${action}`, logStreamArn(region, groupOf(input), text(input.logStreamName)))];
}

function groupOf({ logGroupName, logGroupIdentifier }: Members): string {
  return text(logGroupName) || (/log-group:([^:]+)/.exec(text(logGroupIdentifier))?.[1] ?? text(logGroupIdentifier));
}
