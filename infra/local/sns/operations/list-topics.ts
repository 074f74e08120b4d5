import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';

export const listTopics = operation('ListTopics', z.strictObject({ NextToken: z.string().optional() }), (sns: Sns) => ({
  Topics: sns.store.topics().map(({ arn }) => ({ TopicArn: arn })),
}));
