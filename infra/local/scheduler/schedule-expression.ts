import { AwsError } from '../http/aws-error.ts';
import { compileCron, type NextWallTime } from './cron-expression.ts';

/** A schedule expression, read. */
export type ScheduleExpression =
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly next: NextWallTime }
  | { readonly kind: 'at'; readonly wall: number };

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** Reads `rate(5 minutes)`, `cron(0 12 * * ? *)` or `at(2026-01-31T12:00:00)`. Throws ValidationException. */
export function parseScheduleExpression(text: string): ScheduleExpression {
  const [, kind, inside = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'rate') return parseRate(inside);
  if (kind === 'cron') return { kind, next: compileCron(inside) };
  if (kind === 'at') return parseAt(inside);
  throw new AwsError(
    'ValidationException',
    `Invalid Schedule Expression ${text}: expected rate(value unit), cron(six fields) or at(yyyy-mm-ddThh:mm:ss).`,
  );
}

function parseRate(inside: string): ScheduleExpression {
  const [, value = '', unit = '', plural = ''] = /^(\d+) (minute|hour|day)(s?)$/.exec(inside) ?? [];
  const count = Number(value);
  if (!isUnit(unit) || count < 1 || (count === 1) !== (plural === '')) {
    throw new AwsError(
      'ValidationException',
      `Invalid Schedule Expression rate(${inside}): expected a positive number and minute(s), hour(s) or day(s), as in rate(1 hour) or rate(5 minutes).`,
    );
  }
  return { kind: 'rate', everyMs: count * UNIT_MS[unit] };
}

function isUnit(unit: string): unit is keyof typeof UNIT_MS {
  return Object.hasOwn(UNIT_MS, unit);
}

function parseAt(inside: string): ScheduleExpression {
  const wall = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inside) ? Date.parse(`${inside}Z`) : Number.NaN;
  // Date.parse rolls 31 February over to March: what it read must be what was written.
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 19) !== inside) {
    throw new AwsError(
      'ValidationException',
      `Invalid Schedule Expression at(${inside}): expected at(yyyy-mm-ddThh:mm:ss).`,
    );
  }
  return { kind: 'at', wall };
}
