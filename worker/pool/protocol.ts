import * as z from 'zod';

/** What the worker tells a processor's process. */
export type ToChild =
  | {
      readonly type: 'run';
      readonly jobId: string;
      readonly attempt: number;
      readonly source: { key: string; type?: string; size: number; path: string };
      readonly directory: string;
    }
  | { readonly type: 'abort'; readonly reason: string };

/** An outcome record is read whole by every list: what a processor finds out has to stay small. */
export const MAX_METADATA_BYTES = 16 * 1024;

const MAX_OUTPUTS = 1_000;

const metadataSchema = z
  .record(z.string(), z.unknown())
  .refine((metadata) => JSON.stringify(metadata).length <= MAX_METADATA_BYTES, {
    error: `metadata of more than ${MAX_METADATA_BYTES} characters`,
  });

const outputsSchema = z
  .array(
    z.object({ name: z.string().min(1).max(255), contentType: z.string().min(1).max(255), path: z.string().min(1) }),
  )
  .max(MAX_OUTPUTS)
  .refine((outputs) => new Set(outputs.map(({ name }) => name)).size === outputs.length, {
    error: 'two outputs of one name',
  });

/** What a processor's process answers; read as strictly as a stranger's word. */
export const fromChildSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('done'),
    processor: z.string().min(1).max(255),
    outputs: outputsSchema,
    metadata: metadataSchema,
  }),
  z.object({
    type: z.literal('failed'),
    permanent: z.boolean(),
    code: z.string().regex(/^[a-z0-9-]{1,64}$/),
    message: z.string().transform((text) => text.slice(0, 1_000)),
  }),
]);
export type FromChild = z.infer<typeof fromChildSchema>;
