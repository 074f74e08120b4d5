import { arn } from '../../account.ts';
import { type Authorization, type AuthorizationTable, type Members, on, text } from '../authorization.ts';

/** EventBridge Scheduler, after the Service Authorization Reference (list_scheduler); a schedule's role is passed to it. */
export const SCHEDULER: AuthorizationTable<Members> = {
  CreateSchedule: written('CreateSchedule'),
  CreateScheduleGroup: group('CreateScheduleGroup'),
  DeleteSchedule: schedule('DeleteSchedule'),
  GetSchedule: schedule('GetSchedule'),
  GetScheduleGroup: group('GetScheduleGroup'),
  ListScheduleGroups: () => [on('scheduler:ListScheduleGroups', '*')],
  ListSchedules: () => [on('scheduler:ListSchedules', '*')],
  UpdateSchedule: written('UpdateSchedule'),
};

function schedule(action: string): Authorization<Members> {
  return (input, { region }) => {
    const groupName = text(input.GroupName) || text(input.groupName) || 'default';
    return [on(`scheduler:${action}`, arn('scheduler', region, `schedule/${groupName}/${text(input.Name)}`))];
  };
}

function written(action: string): Authorization<Members> {
  return (input, lookups) => [
    ...schedule(action)(input, lookups),
    on('iam:PassRole', text((input.Target as Members | undefined)?.RoleArn), {
      'iam:PassedToService': 'scheduler.amazonaws.com',
    }),
  ];
}

function group(action: string): Authorization<Members> {
  return (input, { region }) => [
    on(`scheduler:${action}`, arn('scheduler', region, `schedule-group/${text(input.Name)}`)),
  ];
}
