import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';

/** Lists every topic, on one page. */
export const listTopics = operation('ListTopics', z.strictObject({ NextToken: z.string().optional() }), (sns: Sns) => ({
  Topics: sns.store.topics().map(({ arn }) => ({ TopicArn: arn })),
}));
