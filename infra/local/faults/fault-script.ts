import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** A regular expression as text. */
const pattern = z.string().refine(isPattern, { error: 'expected a regular expression' });
const count = z.int().min(1);

/** Which of the matching occasions a rule takes, counted from 1: all of them unless told otherwise. */
const occasions = {
  /** What the record of faults calls it. */
  name: z.string().min(1),
  /** These alone. */
  nth: z.array(count).min(1).optional(),
  /** Every so many. */
  every: count.optional(),
  /** And no more than this often. */
  times: count.optional(),
};

const actionSchema = z.discriminatedUnion('kind', [
  /** An answer of the rule's own: an error in the service's words, or a body of its own with status 200. */
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    code: z.string().default('InternalError'),
    message: z.string().default('A fault script says so.'),
    body: z.record(z.string(), z.unknown()).optional(),
    /** Whether the service carries the request out all the same. */
    applied: z.boolean().default(false),
  }),
  /** The connection breaks: the caller gets no answer. */
  z.strictObject({ kind: z.literal('hang-up'), applied: z.boolean().default(false) }),
  /** The request reaches the service later. */
  z.strictObject({ kind: z.literal('delay'), milliseconds: z.int().min(0) }),
  /** Members of a JSON input are replaced before the service sees it. */
  z.strictObject({ kind: z.literal('rewrite'), members: z.record(z.string(), z.unknown()) }),
]);

const requestRuleSchema = z.strictObject({
  ...occasions,
  on: z.strictObject({
    /** Signing name: `s3`, `sqs`, `ecs` …, or `ecs-agent` for what tasks ask their agent. */
    service: z.string().min(1),
    /** As AWS spells it: `PutObject`, `DeleteMessageBatch`; the method where a path is all there is. */
    operation: z.string().min(1),
    /** Within `bucket/key`, the queue's URL, the task definition … */
    resource: pattern.optional(),
    /** Within the ARN of the role that calls. */
    principal: pattern.optional(),
    /** Within the text of the answer that the service gives; what it was asked is applied then. */
    answer: pattern.optional(),
  }),
  do: actionSchema,
});

const eventRuleSchema = z.strictObject({
  ...occasions,
  on: z.strictObject({
    source: z.string().min(1),
    /** Within the event's detail, as JSON. */
    detail: pattern.optional(),
  }),
  do: z.enum(['drop', 'publish-twice']),
});

const deliveryRuleSchema = z.strictObject({
  ...occasions,
  on: z.strictObject({
    /** Within the target's ARN. */
    target: pattern,
    /** Within the payload. */
    payload: pattern.optional(),
  }),
  /** `refuse` ends in the target's dead-letter queue, `fail` is tried again, `delay` lets later ones pass. */
  do: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('refuse') }),
    z.strictObject({ kind: z.literal('fail') }),
    z.strictObject({ kind: z.literal('delay'), milliseconds: z.int().min(0) }),
  ]),
});

const taskRuleSchema = z.strictObject({
  ...occasions,
  on: z.strictObject({
    /** Within the ARN of the task definition. */
    taskDefinition: pattern,
  }),
  /** Added to the environment of the task's containers. */
  environment: z.record(z.string(), z.string()),
});

const scriptSchema = z.strictObject({
  requests: z.array(requestRuleSchema).default([]),
  events: z.array(eventRuleSchema).default([]),
  deliveries: z.array(deliveryRuleSchema).default([]),
  tasks: z.array(taskRuleSchema).default([]),
});

/** What goes wrong in a stand-in, and when. */
export type FaultScript = z.output<typeof scriptSchema>;
/** The same as it is written, without what has a default. */
export type FaultScriptInput = z.input<typeof scriptSchema>;
export type RequestRule = z.output<typeof requestRuleSchema>;
export type RequestAction = RequestRule['do'];
export type EventRule = z.output<typeof eventRuleSchema>;
export type DeliveryRule = z.output<typeof deliveryRuleSchema>;
export type TaskRule = z.output<typeof taskRuleSchema>;

/** Checks a script. Throws one sentence that names the first mistake. */
export function parseFaultScript(value: unknown): FaultScript {
  const parsed = scriptSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`The fault script is not valid: ${issue?.path.join('.') || 'it'}: ${issue?.message}.`);
}

/** Reads a script from a JSON file. Throws one sentence that names the file. */
export async function readFaultScript(file: string): Promise<FaultScript> {
  try {
    return parseFaultScript(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}
