import { z } from 'zod';

const responseSchema = z
  .looseObject({ batchItemFailures: z.array(z.looseObject({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * The IDs of the messages that failed, by what a function with ReportBatchItemFailures returned. Nothing, or an empty list,
 * means that all succeeded; anything that does not parse, and an ID that is not in the batch, that all failed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedIds(responsePayload: string, batchIds: readonly string[]): ReadonlySet<string> {
  const parsed = responseSchema.safeParse(parseJson(responsePayload));
  if (!parsed.success) return new Set(batchIds);
  const failed = (parsed.data?.batchItemFailures ?? []).map((item) => item.itemIdentifier);
  return failed.every((id) => batchIds.includes(id)) ? new Set(failed) : new Set(batchIds);
}

/** Text that is not JSON comes back as it is: no object, and so a failure of the batch. */
function parseJson(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}
