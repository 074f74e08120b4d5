import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { jsonHandler } from '../http/json-protocol.ts';
import type { GuardedResources } from '../iam/guarded-resource.ts';
import type { AppendLog, PutMetrics } from '../ports.ts';
import type { LocalService } from '../service.ts';
import { metricFilters } from './metric-filters.ts';
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
import { metricFilterProvider } from './resources/metric-filter.ts';
import { logsStore } from './store.ts';

export interface LogsService extends LocalService {
  /** Appends lines of a task or a function, making group and stream when they are missing. */
  readonly append: AppendLog;
  /** Groups of the template with their keys. */
  readonly guarded: GuardedResources;
}

export interface LogsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  /** Where metric filters count; without it they count nothing. */
  readonly putMetrics?: PutMetrics;
}

const HOUR_MS = 3_600_000;

/** CloudWatch Logs: what tasks and functions print, readable with the AWS CLI. */
export function logsService({ database, clock, region, putMetrics = () => {} }: LogsOptions): LogsService {
  const filters = metricFilters(putMetrics);
  const store = logsStore(database, clock, region, filters.count);
  const keys = new Map<string, string | undefined>();
  const guardedGroup = (groupArn: string) => ({ arn: groupArn, key: keys.get(groupArn) });
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
    providers: [logGroupProvider(store, keys), metricFilterProvider(filters)],
    start: dropExpiredHourly,
    stop: () => cancel(),
    append: store.append,
    guarded: { find: guardedGroup, list: () => [...keys.keys()].map(guardedGroup) },
  };
}
