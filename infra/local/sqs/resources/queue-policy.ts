import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { SqsStore } from '../store.ts';

const properties = z.strictObject({
  Queues: z.array(z.string()).min(1),
  PolicyDocument: z.union([z.string(), z.record(z.string(), z.unknown())]),
});

/** AWS::SQS::QueuePolicy: the policy is stored and shown as the attribute `Policy`, which access control reads. */
export function queuePolicyProvider({ queues }: SqsStore): ResourceProvider {
  return resourceProvider('AWS::SQS::QueuePolicy', properties, (wanted, resource) => {
    const document = wanted.PolicyDocument;
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    for (const url of wanted.Queues) queues.setAttributes(queues.byUrl(url), { Policy: text });
    return { ref: resource.generatedName, attributes: { Id: resource.generatedName } };
  });
}
