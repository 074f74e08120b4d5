import { ACCOUNT_ID, arn } from '../../account.ts';
import { type AuthorizationTable, list, type Members, on, text } from '../authorization.ts';

/** CloudWatch, after the Service Authorization Reference (list_cloudwatch): metrics have no resources, alarms have. */
export const CLOUDWATCH: AuthorizationTable<Members> = {
  DeleteAlarms: ({ AlarmNames }, { region }) =>
    list(AlarmNames).map((name) => on('cloudwatch:DeleteAlarms', alarm(region, text(name)))),
  DescribeAlarmHistory: (input, { region }) => [
    on('cloudwatch:DescribeAlarmHistory', alarm(region, text(input.AlarmName) || '*')),
  ],
  DescribeAlarms: (_input, { region }) => [on('cloudwatch:DescribeAlarms', alarm(region, '*'))],
  GetDashboard: ({ DashboardName }) => [
    on('cloudwatch:GetDashboard', `arn:aws:cloudwatch::${ACCOUNT_ID}:dashboard/${text(DashboardName)}`),
  ],
  GetMetricData: () => [on('cloudwatch:GetMetricData', '*')],
  GetMetricStatistics: () => [on('cloudwatch:GetMetricStatistics', '*')],
  ListDashboards: () => [on('cloudwatch:ListDashboards', '*')],
  ListMetrics: () => [on('cloudwatch:ListMetrics', '*')],
  ListTagsForResource: ({ ResourceARN }) => [on('cloudwatch:ListTagsForResource', text(ResourceARN))],
  PutMetricAlarm: (input, { region }) => [on('cloudwatch:PutMetricAlarm', alarm(region, text(input.AlarmName)))],
  PutMetricData: ({ Namespace }) => [on('cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': text(Namespace) })],
  SetAlarmState: (input, { region }) => [on('cloudwatch:SetAlarmState', alarm(region, text(input.AlarmName)))],
};

function alarm(region: string, name: string): string {
  return arn('cloudwatch', region, `alarm:${name}`);
}
