import type { ByteRange } from './bodies.ts';
import { S3Error } from './s3-error.ts';

/**
 * Reads a Range header for an object of `size` bytes. Undefined when all of it is asked for, or when the header is
 * malformed or asks for several ranges: S3 ignores those. Throws InvalidRange.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || !header || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start < size && start <= end) return { start, end };
  const details = { RangeRequested: header, ActualObjectSize: size };
  throw new S3Error('InvalidRange', 'The requested range is not satisfiable', 416, details, {
    'content-range': `bytes */${size}`,
  });
}
