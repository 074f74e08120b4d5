import { z } from 'zod';
import { invalidParameter } from './sqs-error.ts';

/** A whole number; the Query protocol and templates bring it as text. */
export const integer = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/, 'expected a whole number')
    .transform(Number),
]);

/** Refuses a number outside `minimum`–`maximum` in SQS's words. */
export function checkRange(name: string, value: number, minimum: number, maximum: number): void {
  if (value >= minimum && value <= maximum) return;
  throw invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${minimum} and ${maximum}, if provided.`,
  );
}
