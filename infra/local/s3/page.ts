/** A place in the order of keys, from which a listing goes on: every key from here on, this one included. */
export type KeyBound = string | Uint8Array;

/** Behind every key: SQLite sorts all blobs after all texts. */
const END: KeyBound = new Uint8Array(0);

export interface PageRequest {
  readonly prefix: string;
  /** Keys that share what stands up to and including it, after the prefix, count as one. */
  readonly delimiter?: string | undefined;
  readonly maxKeys: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** What the page ends with. */
  readonly last?: { readonly row: Row } | { readonly commonPrefix: string } | undefined;
}

/**
 * Reads one page. `scan` yields rows in key order, from a bound or, without one, from where the caller wants to begin. A
 * common prefix is skipped over by a new scan behind it, so that a large "folder" costs one look-up.
 */
export function readPage<Row extends { readonly key: string }>(
  request: PageRequest,
  scan: (from?: KeyBound) => Iterable<Row>,
): Page<Row> {
  const rows: Row[] = [];
  const commonPrefixes: string[] = [];
  let last: Page<Row>['last'];
  const page = (isTruncated: boolean) => ({ rows, commonPrefixes, isTruncated, last });

  if (request.maxKeys === 0) return page(false);
  for (let source: Iterable<Row> | undefined = scan(); source; ) {
    let next: Iterable<Row> | undefined;
    for (const row of source) {
      if (rows.length + commonPrefixes.length === request.maxKeys) return page(true);
      const commonPrefix = commonPrefixOf(row.key, request);
      if (commonPrefix !== undefined) {
        commonPrefixes.push(commonPrefix);
        last = { commonPrefix };
        next = scan(behindPrefix(commonPrefix));
        break;
      }
      rows.push(row);
      last = { row };
    }
    source = next;
  }
  return page(false);
}

/** The first place behind every key that begins with `prefix`. */
export function behindPrefix(prefix: string): KeyBound {
  const characters = [...prefix];
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0) ?? 0;
    if (code === 0x10ffff) continue;
    // Between U+D7FF and U+E000 lie the surrogates, which UTF-8 does not have.
    const next = code === 0xd7ff ? 0xe000 : code + 1;
    return characters.join('') + String.fromCodePoint(next);
  }
  return END;
}

/** The first place behind a marker: behind the whole group when the marker is a common prefix itself. */
export function behindMarker(marker: string, { prefix, delimiter }: Omit<PageRequest, 'maxKeys'>): KeyBound {
  const isGroup = commonPrefixOf(marker, { prefix, delimiter }) === marker;
  return isGroup ? behindPrefix(marker) : `${marker}\0`;
}

/** The later one of two places, in the order of their UTF-8 bytes. */
export function laterOf(a: KeyBound, b: KeyBound): KeyBound {
  if (typeof a !== 'string') return a;
  if (typeof b !== 'string') return b;
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) >= 0 ? a : b;
}

function commonPrefixOf(key: string, { prefix, delimiter }: Omit<PageRequest, 'maxKeys'>): string | undefined {
  if (!delimiter || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}
