import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
  DependsOn: z.union([z.string().transform((id) => [id]), z.array(z.string())]).default([]),
});

const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(
      z.string(),
      z.object({ Value: z.unknown(), Description: z.string().optional(), Condition: z.string().optional() }),
    )
    .default({}),
});

/** A CloudFormation template in JSON, as `serverless package` writes it. */
export type CompiledTemplate = z.infer<typeof templateSchema>;

/** Checks a template's shape. Throws one sentence that says where it is wrong. */
export function parseTemplate(value: unknown, name = 'The template'): CompiledTemplate {
  const parsed = templateSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${name} is not a CloudFormation template: ${issue?.path.map(String).join('.')}: ${issue?.message}.`);
}

/** Reads a compiled template from a file. */
export async function readTemplate(file: string): Promise<CompiledTemplate> {
  return parseTemplate(JSON.parse(await readFile(file, 'utf8')), file);
}
