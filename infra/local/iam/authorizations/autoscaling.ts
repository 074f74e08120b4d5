import { arn } from '../../account.ts';
import { type Authorization, type AuthorizationTable, type Members, on } from '../authorization.ts';

/**
 * Application Auto Scaling, after the Service Authorization Reference (list_application-autoscaling): what changes
 * something is allowed on scalable targets, whose ARNs no caller knows; what looks has no resource.
 */
export const AUTOSCALING: AuthorizationTable<Members> = {
  DeleteScheduledAction: onTarget('DeleteScheduledAction'),
  DescribeScalableTargets: anywhere('DescribeScalableTargets'),
  DescribeScalingActivities: anywhere('DescribeScalingActivities'),
  DescribeScalingPolicies: anywhere('DescribeScalingPolicies'),
  DescribeScheduledActions: anywhere('DescribeScheduledActions'),
  PutScheduledAction: onTarget('PutScheduledAction'),
  RegisterScalableTarget: onTarget('RegisterScalableTarget'),
};

function anywhere(action: string): Authorization<Members> {
  return () => [on(`application-autoscaling:${action}`, '*')];
}

function onTarget(action: string): Authorization<Members> {
  return (_input, { region }) => [
    on(`application-autoscaling:${action}`, arn('application-autoscaling', region, 'scalable-target/*')),
  ];
}
