import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { jsonHandler } from '../http/json-protocol.ts';
import type { AppendLog } from '../ports.ts';
import type { LocalService } from '../service.ts';
import { createLogGroup } from './operations/create-log-group.ts';
import { createLogStream } from './operations/create-log-stream.ts';
import { deleteLogGroup } from './operations/delete-log-group.ts';
import { deleteRetentionPolicy } from './operations/delete-retention-policy.ts';
import { describeLogGroups } from './operations/describe-log-groups.ts';
import { describeLogStreams } from './operations/describe-log-streams.ts';
import { filterLogEvents } from './operations/filter-log-events.ts';
import { getLogEvents } from './operations/get-log-events.ts';
import { putLogEvents } from './operations/put-log-events.ts';
import { putRetentionPolicy } from './operations/put-retention-policy.ts';
import { logGroupProvider } from './resources/log-group.ts';
import { logsStore } from './store.ts';

export interface LogsService extends LocalService {
  /** Appends lines of a task or a function, making group and stream when they are missing. */
  readonly append: AppendLog;
}

export interface LogsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
}

const HOUR_MS = 3_600_000;

/** CloudWatch Logs: what tasks and functions print, readable with the AWS CLI. */
export function logsService({ database, clock, region }: LogsOptions): LogsService {
  const store = logsStore(database, clock, region);
  let cancel = () => {};

  function dropExpiredHourly(): void {
    store.dropExpired();
    cancel = clock.after(HOUR_MS, dropExpiredHourly);
  }

  return {
    wire: {
      signingNames: ['logs'],
      handle: jsonHandler({
        service: 'logs',
        targetPrefix: 'Logs_20140328',
        version: '1.1',
        store,
        operations: [
          createLogGroup,
          createLogStream,
          deleteLogGroup,
          deleteRetentionPolicy,
          describeLogGroups,
          describeLogStreams,
          filterLogEvents,
          getLogEvents,
          putLogEvents,
          putRetentionPolicy,
        ],
      }),
    },
    providers: [logGroupProvider(store)],
    start: dropExpiredHourly,
    stop: () => cancel(),
    append: store.append,
  };
}
