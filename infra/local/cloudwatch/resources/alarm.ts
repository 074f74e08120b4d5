import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { type AlarmDefinition, alarmDefinition, alarmShape } from '../alarm-definition.ts';
import type { Alarm } from '../alarm-store.ts';

const properties = z.strictObject({ AlarmName: z.string().min(1).max(255).optional(), ...alarmShape });

/** AWS::CloudWatch::Alarm: `Ref` is the alarm's name. A second boot changes it and leaves its state alone. */
export function alarmProvider(putAlarm: (definition: AlarmDefinition) => Alarm): ResourceProvider {
  return resourceProvider('AWS::CloudWatch::Alarm', properties, ({ AlarmName, ...wanted }, resource) => {
    const alarm = putAlarm(alarmDefinition(AlarmName ?? resource.generatedName, wanted));
    return { ref: alarm.definition.name, attributes: { Arn: alarm.arn } };
  });
}
