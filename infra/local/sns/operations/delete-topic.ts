import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';

/** Deletes a topic and its subscriptions. */
export const deleteTopic = operation(
  'DeleteTopic',
  z.strictObject({ TopicArn: z.string() }),
  (sns: Sns, { TopicArn }) => {
    sns.store.deleteTopic(TopicArn);
    return {};
  },
);
