import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { STATES } from '../alarm-definition.ts';
import type { CloudwatchContext } from './context.ts';

/** Moves an alarm to a state and runs its actions; the next evaluation may move it back. */
export const setAlarmState = operation(
  'SetAlarmState',
  z.strictObject({
    AlarmName: z.string().min(1),
    StateValue: z.enum(STATES),
    StateReason: z.string().max(1023),
    StateReasonData: z.string().max(4000).optional(),
  }),
  ({ evaluation }: CloudwatchContext, input) => {
    if (input.StateReasonData !== undefined && !isJson(input.StateReasonData)) {
      throw new AwsError('InvalidFormat', 'StateReasonData: expected JSON.');
    }
    evaluation.setState(input.AlarmName, {
      value: input.StateValue,
      reason: input.StateReason,
      reasonData: input.StateReasonData,
    });
    return {};
  },
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
