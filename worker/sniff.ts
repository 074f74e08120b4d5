/** A kind of content, told by bytes at a fixed place. */
interface Signature {
  readonly type: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** What has to hold besides. */
  readonly and?: (head: Uint8Array) => boolean;
}

const SIGNATURES: readonly Signature[] = [
  signature('image/jpeg', [0xff, 0xd8, 0xff]),
  signature('image/apng', [0x89, 'PNG\r\n', 0x1a, '\n'], { and: isAnimatedPng }),
  signature('image/png', [0x89, 'PNG\r\n', 0x1a, '\n']),
  signature('image/gif', ['GIF87a']),
  signature('image/gif', ['GIF89a']),
  signature('image/webp', ['WEBP'], { offset: 8, and: (head) => latin1(head, 0, 4) === 'RIFF' }),
  // 42 is TIFF's magic number, 43 BigTIFF's; "II" is little endian, "MM" big.
  signature('image/tiff', ['II', 42, 0]),
  signature('image/tiff', ['MM', 0, 42]),
  signature('image/tiff', ['II', 43, 0]),
  signature('image/tiff', ['MM', 0, 43]),
  signature('image/bmp', ['BM'], { and: isBitmap }),
  signature('image/jxl', [0xff, 0x0a]),
  signature('image/jxl', [0, 0, 0, 0x0c, 'JXL ', 0x0d, 0x0a, 0x87, 0x0a]),
  signature('application/pdf', ['%PDF-']),
  signature('application/gzip', [0x1f, 0x8b]),
  signature('application/zip', ['PK', 3, 4]),
  signature('application/zip', ['PK', 5, 6]),
  signature('application/vnd.apache.parquet', ['PAR1']),
];

/** Brands of an ISO base media file (its `ftyp` box) that hold a picture. */
const BRANDS: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  avis: 'image/avif',
  heic: 'image/heic',
  heix: 'image/heic',
  hevc: 'image/heic',
  hevx: 'image/heic',
  heim: 'image/heic',
  heis: 'image/heic',
};

/**
 * The MIME type of content whose first bytes (4 KiB are enough) are `head`; undefined when they are of no known kind.
 * Only the bytes are asked: a name or a header is the uploader's word.
 */
export function sniff(head: Uint8Array): string | undefined {
  return SIGNATURES.find((candidate) => matches(candidate, head))?.type ?? sniffIsoMedia(head) ?? sniffText(head);
}

function signature(
  type: string,
  parts: readonly (string | number)[],
  { offset = 0, and }: { offset?: number; and?: (head: Uint8Array) => boolean } = {},
): Signature {
  const bytes = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))),
  );
  return { type, offset, bytes, ...(and === undefined ? {} : { and }) };
}

function matches({ offset, bytes, and }: Signature, head: Uint8Array): boolean {
  return bytes.every((byte, index) => head[offset + index] === byte) && (and?.(head) ?? true);
}

function latin1(head: Uint8Array, start: number, end: number): string {
  return Buffer.from(head.subarray(start, end)).toString('latin1');
}

/** An animation announces itself (`acTL`) before the first pixels (`IDAT`). */
function isAnimatedPng(head: Uint8Array): boolean {
  const text = latin1(head, 0, head.length);
  const control = text.indexOf('acTL');
  const pixels = text.indexOf('IDAT');
  return control !== -1 && (pixels === -1 || control < pixels);
}

/** "BM" begins many texts: the size of the second header, at 14, has few values. */
function isBitmap(head: Uint8Array): boolean {
  return head.length >= 18 && [12, 40, 52, 56, 64, 108, 124].includes(Buffer.from(head).readUInt32LE(14));
}

function sniffIsoMedia(head: Uint8Array): string | undefined {
  if (latin1(head, 4, 8) !== 'ftyp') return undefined;
  const boxEnd = Math.min(head.length, Buffer.from(head.subarray(0, 4)).readUInt32BE(0));
  const major = BRANDS[latin1(head, 8, 12)];
  if (major !== undefined) return major;
  for (let at = 16; at + 4 <= boxEnd; at += 4) {
    const type = BRANDS[latin1(head, at, at + 4)];
    if (type !== undefined) return type;
  }
  return undefined;
}

function sniffText(head: Uint8Array): string | undefined {
  if (head.length === 0) return undefined;
  const text = decodeText(head);
  if (text === undefined) return undefined;
  const start = text.trimStart();
  if (start.startsWith('<')) return sniffMarkup(start);
  const lines = start.split(/\r?\n/).filter((line) => line.trim() !== '');
  // The last line may be cut off; a single one is all there is.
  const whole = lines.length > 1 && !text.endsWith('\n') ? lines.slice(0, -1) : lines;
  if (start.startsWith('{') && whole.every(isJsonLine)) return 'application/x-ndjson';
  if (start.startsWith('{') || start.startsWith('[')) return 'application/json';
  return isSeparated(whole) ? 'text/csv' : 'text/plain';
}

/** UTF-8 without control characters; a character may be cut off at the end. */
function decodeText(head: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells binary content from text
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function sniffMarkup(text: string): string {
  if (/<svg[\s>]/i.test(text)) return 'image/svg+xml';
  return /^<(!doctype html|html)[\s>]/i.test(text) ? 'text/html' : 'application/xml';
}

function isJsonLine(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

/** The same separator, as often in each of the first lines, two at least; quoted fields are left out of the count. */
function isSeparated(lines: readonly string[]): boolean {
  if (lines.length < 2) return false;
  const sample = lines.slice(0, 10).map((line) => line.replaceAll(/"[^"]*"/g, ''));
  return [',', ';', '\t', '|'].some((separator) => {
    const counts = sample.map((line) => line.split(separator).length);
    return (counts[0] ?? 0) > 1 && counts.every((count) => count === counts[0]);
  });
}
