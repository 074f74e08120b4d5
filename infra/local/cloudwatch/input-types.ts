import { z } from 'zod';

/** A number, or its text: Query requests and CloudFormation templates spell numbers as strings. */
export const number = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, 'expected a number')])
  .pipe(z.coerce.number());

export const integer = number.pipe(z.number().int());

export const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform((value) => value === true || value === 'true');

/** A moment, as JSON (epoch seconds) or Query (ISO 8601) spells it; gives epoch milliseconds. */
export const timestamp = z.union([z.number(), z.string()]).transform((value, context) => {
  const text = String(value);
  const milliseconds = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text);
  if (Number.isFinite(milliseconds)) return milliseconds;
  context.addIssue({ code: 'custom', message: `expected a timestamp, got ${text}` });
  return z.NEVER;
});

/** Dimensions as a name to value map; at most 30 of them. */
export const dimensions = z
  .array(z.strictObject({ Name: z.string().min(1), Value: z.string().min(1) }))
  .max(30)
  .transform(
    (list): Readonly<Record<string, string>> => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])),
  );

export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;

export type Statistic = (typeof STATISTICS)[number];

/** Lists are answered whole: their page size and token are taken and not needed. */
export const paging = { NextToken: z.string().optional(), MaxRecords: integer.optional() };

/** A statistic that the stand-in keeps; percentiles and trimmed means are refused by name. */
export const statistic = z.string().transform((name, context): Statistic => {
  const known = STATISTICS.find((candidate) => candidate === name);
  if (known) return known;
  context.addIssue({ code: 'custom', message: `the statistic ${name} is not implemented by the local stand-in` });
  return z.NEVER;
});

/** Dimensions in the API's shape. */
export function dimensionList(dimensions: Readonly<Record<string, string>>): { Name: string; Value: string }[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
