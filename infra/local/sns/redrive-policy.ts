import { z } from 'zod';

/** A subscription's RedrivePolicy; gives the ARN of the queue that takes what cannot be delivered. */
export const redrivePolicy = z
  .strictObject({ deadLetterTargetArn: z.string().startsWith('arn:aws:sqs:', 'expected the ARN of a queue') })
  .transform(({ deadLetterTargetArn }) => deadLetterTargetArn);

/** The same as JSON text, as SNS's API takes it. */
export const redrivePolicyText = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'RedrivePolicy: expected JSON' });
      return z.NEVER;
    }
  })
  .pipe(redrivePolicy);
