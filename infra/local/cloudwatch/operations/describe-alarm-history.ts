import { z } from 'zod';
import { operation } from '../../service.ts';
import { integer, timestamp } from '../input-types.ts';
import type { CloudwatchContext } from './context.ts';

/** What happened to alarms: configuration, states, actions. The newest 100 items of an alarm are kept. */
export const describeAlarmHistory = operation(
  'DescribeAlarmHistory',
  z.strictObject({
    AlarmName: z.string().optional(),
    AlarmTypes: z.array(z.enum(['CompositeAlarm', 'MetricAlarm'])).optional(),
    HistoryItemType: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']).optional(),
    StartDate: timestamp.optional(),
    EndDate: timestamp.optional(),
    MaxRecords: integer.pipe(z.number().min(1).max(100)).default(100),
    NextToken: z.string().optional(),
    ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  }),
  ({ alarms }: CloudwatchContext, input) => {
    const items = alarms.history({
      alarm: input.AlarmName,
      type: input.HistoryItemType,
      from: input.StartDate,
      to: input.EndDate,
      limit: input.MaxRecords,
    });
    return {
      AlarmHistoryItems: (input.ScanBy === 'TimestampAscending' ? items.toReversed() : items).map((item) => ({
        AlarmName: item.alarm,
        AlarmType: 'MetricAlarm',
        Timestamp: new Date(item.at),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.data,
      })),
    };
  },
);
