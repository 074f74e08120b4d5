import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';
import { publicationOf, publishEntry } from '../publish-entry.ts';

/** Publishes a message; a delivery for every subscriber is stored when the answer leaves. */
export const publish = operation(
  'Publish',
  z.strictObject({ TopicArn: z.string(), ...publishEntry.shape }),
  (sns: Sns, { TopicArn, ...entry }) => ({ MessageId: sns.publish(TopicArn, publicationOf(entry)) }),
);
