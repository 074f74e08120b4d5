import * as z from 'zod';
import type { ScalingMemory } from './scaling/decide.ts';
import type { WorkRate } from './scaling/work-rate.ts';

const seen = z.array(z.tuple([z.number(), z.number()]));

/** JSON has no infinity: a service that was never busy has null there. */
const memorySchema = z.object({
  inFlight: seen,
  wishes: seen,
  responding: seen.exactOptional(),
  busyAt: z
    .number()
    .nullable()
    .transform((at) => at ?? Number.NEGATIVE_INFINITY),
});

const surplusSchema = z.object({ at: z.number(), tasks: z.array(z.string()) });
export type SurplusTold = z.infer<typeof surplusSchema>;

const rateSchema = z.object({ at: z.number(), jobs: z.number(), slotSeconds: z.number() });

/**
 * `locks/scaler` in the results bucket: whose turn it is to scale, and what is remembered, changed with compare-and-swap
 * alone. All of it can be learnt again: what a later version has written differently counts as not known. Unix epoch, ms.
 */
export const scalerRecordSchema = z.looseObject({
  v: z.literal(1).catch(1),
  /** The invocation whose loop it is, or was. */
  owner: z.string().catch(''),
  /** Until when its loop goes on at most. */
  until: z.number().catch(0),
  /** When the last tick of the schedule came. */
  tickAt: z.number().catch(0),
  /** Nobody loops until an upload, or a tick that finds something to do. */
  asleep: z.boolean().catch(false),
  /** When the reports of the workers were last listed. */
  listedAt: z.number().catch(0),
  /** Whether the first responder was last told to take messages. */
  responds: z.boolean().optional().catch(undefined),
  /** What the workers were last told of tasks that are too many. */
  surplus: surplusSchema.optional().catch(undefined),
  memory: memorySchema.optional().catch(undefined),
  rate: rateSchema.optional().catch(undefined),
});

/** See scalerRecordSchema. */
export interface ScalerRecord {
  readonly v: 1;
  readonly owner: string;
  readonly until: number;
  readonly tickAt: number;
  readonly asleep: boolean;
  readonly listedAt: number;
  readonly responds?: boolean | undefined;
  readonly surplus?: SurplusTold | undefined;
  readonly memory?: ScalingMemory | undefined;
  readonly rate?: WorkRate | undefined;
}

/** Before the first tick. */
export const NO_RECORD: ScalerRecord = { v: 1, owner: '', until: 0, tickAt: 0, asleep: false, listedAt: 0 };

/** A pause between two readings that is longer than this leaves a hole in what was needed meanwhile, ms. */
const GAP_MS = 30_000;

/**
 * What is remembered when the last reading is a while ago: the tasks that there are count as needed until now, so that
 * their hold begins anew. Missing data takes nothing away.
 */
export function rememberedAfterGap(
  memory: ScalingMemory | undefined,
  at: number,
  desired: number,
): ScalingMemory | undefined {
  const last = memory?.wishes.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  if (at - last <= GAP_MS || desired === 0) return memory;
  const { wishes = [], ...rest } = memory ?? { inFlight: [], busyAt: at };
  return { ...rest, wishes: [...wishes, [at, desired]] };
}
