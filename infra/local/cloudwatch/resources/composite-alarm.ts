import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { type CompositeDefinition, compositeDefinition, compositeShape } from '../alarm-definition.ts';
import type { Alarm } from '../alarm-store.ts';

const properties = z.strictObject({ AlarmName: z.string().min(1).max(255).optional(), ...compositeShape });

/** AWS::CloudWatch::CompositeAlarm: `Ref` is the alarm's name. */
export function compositeAlarmProvider(putAlarm: (definition: CompositeDefinition) => Alarm): ResourceProvider {
  return resourceProvider('AWS::CloudWatch::CompositeAlarm', properties, ({ AlarmName, ...wanted }, resource) => {
    const alarm = putAlarm(compositeDefinition(AlarmName ?? resource.generatedName, wanted));
    return { ref: alarm.definition.name, attributes: { Arn: alarm.arn } };
  });
}
