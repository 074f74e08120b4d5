import { z } from 'zod';
import { integer, timestamp } from '../cloudwatch/input-types.ts';
import { nextRun } from '../scheduler/next-run.ts';

export interface ScheduledAction {
  readonly name: string;
  readonly resourceId: string;
  /** `at(…)`, `rate(…)` or `cron(…)`. */
  readonly schedule: string;
  readonly timeZone: string;
  /** Unix epochs, milliseconds. */
  readonly startAt?: number | undefined;
  readonly endAt?: number | undefined;
  readonly createdAt: number;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** Absent once the action will not run any more. */
  readonly nextAt?: number | undefined;
  readonly fromTemplate: boolean;
}

/** Members that PutScheduledAction and the template's ScheduledActions share. */
export const scheduledActionShape = {
  ScheduledActionName: z.string().min(1).max(256),
  Schedule: z.string().min(1).max(1600).optional(),
  Timezone: z.string().min(1).optional(),
  StartTime: timestamp.optional(),
  EndTime: timestamp.optional(),
  ScalableTargetAction: z.strictObject({ MinCapacity: integer.optional(), MaxCapacity: integer.optional() }).optional(),
};

const input = z.strictObject(scheduledActionShape);

/**
 * Makes a scheduled action, or changes one: what is not given stays, but for the times at which it starts and ends, which go
 * (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html). Throws ValidationException
 * when its schedule is none.
 */
export function scheduledAction(
  given: z.infer<typeof input>,
  context: { resourceId: string; now: number; existing: ScheduledAction | undefined; fromTemplate: boolean },
): ScheduledAction {
  const { existing, now, resourceId, fromTemplate } = context;
  const action = {
    name: given.ScheduledActionName,
    resourceId,
    schedule: given.Schedule ?? existing?.schedule ?? '',
    timeZone: given.Timezone ?? existing?.timeZone ?? 'UTC',
    startAt: given.StartTime,
    endAt: given.EndTime,
    createdAt: existing?.createdAt ?? now,
    minimum: given.ScalableTargetAction?.MinCapacity ?? existing?.minimum,
    maximum: given.ScalableTargetAction?.MaxCapacity ?? existing?.maximum,
    fromTemplate,
  };
  return { ...action, nextAt: nextOf(action, now) };
}

/** When an action runs after a moment; undefined for never. A run that was missed while the stand-in was off is gone. */
export function nextOf(action: Omit<ScheduledAction, 'nextAt'>, after: number): number | undefined {
  return nextRun(
    {
      expression: action.schedule,
      timeZone: action.timeZone,
      startDate: action.startAt,
      endDate: action.endAt,
      anchor: action.createdAt,
    },
    after,
  );
}

/** The key that an action is stored under. */
export function scheduledActionKey(action: Pick<ScheduledAction, 'resourceId' | 'name'>): string {
  return `${action.resourceId}|${action.name}`;
}
