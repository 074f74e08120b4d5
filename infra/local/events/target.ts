import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import { compileInputTransformer, type Envelope, type TransformContext } from './input-transformer.ts';
import { compileJsonPath } from './json-path.ts';

/** A rule's target, as PutTargets and the template have it. Parameters for kinds of targets that are not here are refused. */
export const targetSchema = z.strictObject({
  Id: z.string().regex(/^[\w.-]{1,64}$/),
  Arn: z.string().min(1),
  // Queues, topics and functions are reached in EventBridge's own name: accepted and shown.
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string().min(1) })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.coerce.number().int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(86_400).optional(),
    })
    .optional(),
});

/** A target that passed the schema. */
export type Target = z.infer<typeof targetSchema>;

/** What a target is sent: the event, or what its Input, InputPath or InputTransformer makes of it. */
export type MakeInput = (envelope: Envelope, text: string, context: TransformContext) => string;

/** Compiles a target's input settings. Throws ValidationException for settings that exclude one another or do not parse. */
export function compileTargetInput(target: Target): MakeInput {
  const chosen = [target.Input, target.InputPath, target.InputTransformer].filter((setting) => setting !== undefined);
  if (chosen.length > 1) {
    throw new AwsError(
      'ValidationException',
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`,
    );
  }
  const { Input: input, InputPath: inputPath, InputTransformer: transformer } = target;
  if (input !== undefined) return constantInput(input, target.Id);
  if (inputPath !== undefined) {
    const read = compileJsonPath(inputPath);
    return (envelope) => JSON.stringify(read(envelope) ?? null);
  }
  if (transformer) {
    const transform = compileInputTransformer(transformer);
    return (envelope, _text, context) => transform(envelope, context);
  }
  return (_envelope, text) => text;
}

function constantInput(input: string, id: string): MakeInput {
  try {
    JSON.parse(input);
  } catch (cause) {
    const error = new AwsError(
      'ValidationException',
      `Input for target ${id} is not valid JSON text: ${String(cause)}`,
    );
    error.cause = cause;
    throw error;
  }
  return () => input;
}
