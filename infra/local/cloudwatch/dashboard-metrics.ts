import { z } from 'zod';
import { expressionNames } from './metric-math.ts';

const rendering = {
  label: z.string().optional(),
  id: z
    .string()
    .regex(/^[a-z]\w*$/, 'an ID begins with a small letter')
    .optional(),
  visible: z.boolean().optional(),
  period: z.number().int().optional(),
  color: z.string().optional(),
  yAxis: z.enum(['left', 'right']).optional(),
  region: z.string().optional(),
};

const expressionRow = z.tuple([z.strictObject({ ...rendering, expression: z.string() })]);
const metricOptions = z.strictObject({ ...rendering, stat: z.string().optional() });

/** The rows of a metric widget: each is a metric with dimensions in pairs, or one expression over the IDs of others. */
export function validateExpressions(rows: readonly (readonly unknown[])[], context: z.RefinementCtx): void {
  const fault = (index: number, message: string) =>
    context.addIssue({ code: 'custom', path: ['metrics', index], message });
  const ids = new Set(rows.flatMap((row) => (row.at(-1) as { id?: string } | undefined)?.id ?? []));
  for (const [index, row] of rows.entries()) {
    if (typeof row[0] === 'string') {
      const message = metricFault(row);
      if (message) fault(index, message);
      continue;
    }
    const parsed = expressionRow.safeParse(row);
    if (!parsed.success) fault(index, parsed.error.issues[0]?.message ?? 'malformed');
    else {
      const unknown = namesOf(parsed.data[0].expression).find((name) => !ids.has(name));
      if (unknown !== undefined) fault(index, `the expression names ${unknown}, which is no metric of the widget`);
    }
  }
}

function metricFault(row: readonly unknown[]): string | undefined {
  const names = row.filter((part) => typeof part === 'string');
  const options = row.slice(names.length);
  if (names.length < 2 || names.length % 2 !== 0) return 'expected a namespace, a name, and dimensions in pairs';
  if (options.length > 1) return 'expected at most one object of options, at the end';
  const parsed = metricOptions.safeParse(options[0] ?? {});
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}

function namesOf(expression: string): readonly string[] {
  try {
    return expressionNames(expression);
  } catch {
    return [expression];
  }
}
