/** Seconds from 1970 on are below this until the year 5138; milliseconds above it since 1973. */
const MILLISECONDS_FROM = 1e11;

/** A time as files have it, in seconds: Unix seconds or milliseconds, or ISO 8601. Undefined when it is none. */
export function readTime(text: string | number): number | undefined {
  const written = String(text).trim();
  if (/^\d+(\.\d+)?$/.test(written)) {
    const value = Number(written);
    return value > MILLISECONDS_FROM ? value / 1000 : value;
  }
  if (!/^\d{4}-\d\d-\d\d/.test(written)) return undefined;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(written) || !/\d\d:\d\d/.test(written) ? written : `${written}Z`;
  const parsed = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(parsed) ? undefined : parsed / 1000;
}
