import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { type AutoscalingContext, listParameters, seconds, targetMembers } from './context.ts';

const DEFAULT_PAGE = 50;

/** What was scaled and why, newest first; on request also what was not. */
export const describeScalingActivities = operation(
  'DescribeScalingActivities',
  z.strictObject({ ...listParameters, IncludeNotScaledActivities: z.boolean().default(false) }),
  ({ store }: AutoscalingContext, input) => {
    const first = Number(input.NextToken ?? 0);
    if (!Number.isInteger(first)) throw new AwsError('InvalidNextTokenException', 'The NextToken is not valid.');
    const all = store
      .activities(input.ResourceId)
      .filter((activity) => input.IncludeNotScaledActivities || activity.notScaledReasons === undefined);
    const end = first + Math.min(DEFAULT_PAGE, input.MaxResults ?? DEFAULT_PAGE);
    return {
      ScalingActivities: all.slice(first, end).map((activity) => ({
        ActivityId: activity.id,
        ...targetMembers(activity),
        Description: activity.description,
        Cause: activity.cause,
        StartTime: seconds(activity.startedAt),
        ...(activity.endedAt === undefined ? {} : { EndTime: seconds(activity.endedAt) }),
        StatusCode: activity.statusCode,
        StatusMessage: activity.statusMessage,
        NotScaledReasons: activity.notScaledReasons,
      })),
      ...(end < all.length ? { NextToken: String(end) } : {}),
    };
  },
);
