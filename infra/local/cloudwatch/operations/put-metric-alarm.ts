import { z } from 'zod';
import { operation } from '../../service.ts';
import { alarmDefinition, alarmShape } from '../alarm-definition.ts';
import type { CloudwatchContext } from './context.ts';

/** Creates an alarm, or changes it and leaves its state alone. */
export const putMetricAlarm = operation(
  'PutMetricAlarm',
  z.strictObject({ AlarmName: z.string().min(1).max(255), ...alarmShape }),
  ({ alarms, clock }: CloudwatchContext, { AlarmName, ...input }) => {
    alarms.put(alarmDefinition(AlarmName, input), 'caller', clock.now());
    return {};
  },
);
