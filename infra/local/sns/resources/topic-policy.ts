import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';

/** Accepted, not evaluated: every caller of the stand-in is trusted. */
export function topicPolicyProvider(): ResourceProvider {
  return resourceProvider(
    'AWS::SNS::TopicPolicy',
    z.strictObject({ PolicyDocument: z.unknown(), Topics: z.array(z.string()) }),
    (_properties, { generatedName }) => ({ ref: generatedName, attributes: { Id: generatedName } }),
  );
}
