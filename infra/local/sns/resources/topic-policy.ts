import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';

/** Keeps the policies of topics, which access control reads; the template says them again on every boot. */
export function topicPolicyProvider(policies: Map<string, unknown>): ResourceProvider {
  return resourceProvider(
    'AWS::SNS::TopicPolicy',
    z.strictObject({ PolicyDocument: z.unknown(), Topics: z.array(z.string()) }),
    ({ PolicyDocument, Topics }, { generatedName }) => {
      for (const topicArn of Topics) policies.set(topicArn, PolicyDocument);
      return { ref: generatedName, attributes: { Id: generatedName } };
    },
  );
}
