import { AwsError } from '../http/aws-error.ts';

const formats = new Map<string, Intl.DateTimeFormat>();
const DAY_MS = 86_400_000;

/** Throws ValidationException when the name is no IANA time zone. */
export function checkTimeZone(timeZone: string): void {
  formatOf(timeZone);
}

/**
 * What a clock on the wall shows at an instant, as the milliseconds that would be that reading in UTC. Arithmetic on
 * calendars is then free of time zones.
 */
export function wallTime(instant: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(instant);
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
  return wall + (((instant % 1000) + 1000) % 1000);
}

/** The first instant at which the wall shows `wall`; undefined when it never does, as the clocks jump over it. */
export function instantOf(wall: number, timeZone: string): number | undefined {
  // A zone's offset changes at most once within two days: the offsets a day before and a day after are all there are.
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => wallTime(near, timeZone) - near);
  const instants = offsets.map((offset) => wall - offset).filter((instant) => wallTime(instant, timeZone) === wall);
  return instants.length > 0 ? Math.min(...instants) : undefined;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = newFormat(timeZone);
  formats.set(timeZone, format);
  return format;
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  const number = '2-digit';
  const fields = { year: 'numeric', month: number, day: number, hour: number, minute: number, second: number } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...fields, timeZone, hourCycle: 'h23' });
  } catch (cause) {
    const error = new AwsError(
      'ValidationException',
      `Invalid ScheduleExpressionTimezone ${timeZone}: expected a time zone of the IANA database, such as Europe/Berlin.`,
    );
    error.cause = cause;
    throw error;
  }
}
