import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';

/** Creates a topic; the one that exists already answers with its ARN. */
export const createTopic = operation(
  'CreateTopic',
  // Attributes and tags change nothing here.
  z.strictObject({
    Name: z.string().regex(/^[\w-]{1,256}$/),
    Attributes: z.record(z.string(), z.string()).optional(),
    Tags: z.unknown().optional(),
  }),
  (sns: Sns, { Name }) => ({ TopicArn: sns.store.putTopic(Name) }),
);
