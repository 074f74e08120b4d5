import { z } from 'zod';
import { operation } from '../../service.ts';
import { STATES } from '../alarm-definition.ts';
import { isComposite, isMetricAlarm } from '../alarm-store.ts';
import { paging } from '../input-types.ts';
import { type CloudwatchContext, describeAlarm, describeCompositeAlarm } from './context.ts';

/** Alarms by name, prefix, state or action; all of them on one page. */
export const describeAlarms = operation(
  'DescribeAlarms',
  z.strictObject({
    AlarmNames: z.array(z.string()).max(100).optional(),
    AlarmNamePrefix: z.string().optional(),
    AlarmTypes: z.array(z.enum(['CompositeAlarm', 'MetricAlarm'])).default(['MetricAlarm']),
    StateValue: z.enum(STATES).optional(),
    ActionPrefix: z.string().optional(),
    ...paging,
  }),
  ({ alarms }: CloudwatchContext, input) => {
    const wanted = alarms
      .list()
      .filter(({ definition }) => input.AlarmNames?.includes(definition.name) ?? true)
      .filter(({ definition }) => definition.name.startsWith(input.AlarmNamePrefix ?? ''))
      .filter(({ status }) => input.StateValue === undefined || status.value === input.StateValue)
      .filter(
        ({ definition }) =>
          input.ActionPrefix === undefined ||
          Object.values(definition.actions).some((targets) =>
            targets.some((target) => target.startsWith(input.ActionPrefix ?? '')),
          ),
      );
    const ofType = (type: 'CompositeAlarm' | 'MetricAlarm') => (input.AlarmTypes.includes(type) ? wanted : []);
    return {
      MetricAlarms: ofType('MetricAlarm').filter(isMetricAlarm).map(describeAlarm),
      CompositeAlarms: ofType('CompositeAlarm').filter(isComposite).map(describeCompositeAlarm),
    };
  },
);
