import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  behindMarker,
  behindPrefix,
  type KeyBound,
  laterOf,
  type PageRequest,
  readPage,
} from '../../../infra/local/s3/page.ts';

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const isFrom = (key: string, bound: KeyBound) => typeof bound === 'string' && byBytes(key, bound) >= 0;
const key = fc.string({
  unit: fc.constantFrom('a', 'b', '/', '\u00e9', '\ud7ff', '\ue000', '\u{10ffff}'),
  maxLength: 5,
});

/** Pages as the store does it, over a sorted list instead of an index. */
function pageOf(keys: readonly string[], request: PageRequest, start: KeyBound) {
  const rows = [...new Set(keys)].sort(byBytes).map((name) => ({ key: name }));
  const end = behindPrefix(request.prefix);
  return readPage(request, (from = start) => {
    const first = laterOf(from, request.prefix);
    return rows.filter((row) => isFrom(row.key, first) && (typeof end !== 'string' || !isFrom(row.key, end)));
  });
}

/** What S3 documents, written the plain way. */
function expected(keys: readonly string[], { prefix, delimiter }: PageRequest) {
  const inside = [...new Set(keys)].filter((name) => name.startsWith(prefix));
  const groupOf = (name: string) => {
    const at = delimiter ? name.indexOf(delimiter, prefix.length) : -1;
    return at === -1 ? undefined : name.slice(0, at + (delimiter?.length ?? 0));
  };
  const groups = new Set(inside.map(groupOf).filter((group) => group !== undefined));
  return { rows: inside.filter((name) => !groupOf(name)).sort(byBytes), groups: [...groups].sort(byBytes) };
}

describe('listing pages', () => {
  it('together give every key and every common prefix once, in the order of UTF-8', () => {
    const delimiter = fc.constantFrom(undefined, '/', 'a/');
    const prefix = fc.constantFrom('', 'a', 'b/', '\u{10ffff}', '\ud7ff');
    fc.assert(
      fc.property(
        fc.array(key),
        prefix,
        delimiter,
        fc.integer({ min: 1, max: 4 }),
        (keys, prefix, delimiter, maxKeys) => {
          const request = { prefix, delimiter, maxKeys };
          const rows: string[] = [];
          const groups: string[] = [];
          let start: KeyBound = '';
          for (let more = true; more; ) {
            const page = pageOf(keys, request, start);
            expect(page.rows.length + page.commonPrefixes.length).toBeLessThanOrEqual(maxKeys);
            rows.push(...page.rows.map((row) => row.key));
            groups.push(...page.commonPrefixes);
            more = page.isTruncated;
            const last = page.last;
            if (last) start = 'row' in last ? `${last.row.key}\0` : behindMarker(last.commonPrefix, request);
          }
          expect({ rows, groups }).toEqual(expected(keys, request));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('ends behind a prefix exactly where its keys end', () => {
    fc.assert(
      fc.property(key, key, (prefix, name) => {
        const isBefore = !isFrom(name, behindPrefix(prefix));
        expect(isBefore && byBytes(name, prefix) >= 0).toBe(name.startsWith(prefix));
      }),
      { numRuns: 500 },
    );
  });

  it('is empty and not truncated when no keys are wanted', () => {
    expect(pageOf(['a'], { prefix: '', maxKeys: 0 }, '')).toMatchObject({ rows: [], isTruncated: false });
  });
});
