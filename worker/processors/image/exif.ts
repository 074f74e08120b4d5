/** Tags of EXIF 2.32 (CIPA DC-008): the pointer to the Exif directory, the dates, and the type of a text. */
const EXIF_DIRECTORY = 0x8769;
const DATE_TIME_ORIGINAL = 0x9003;
const ASCII = 2;
const LONG = 4;

const ENTRY_BYTES = 12;
/** `YYYY:MM:DD HH:MM:SS` and a zero. */
const DATE_BYTES = 20;
/** A real directory has some dozens of entries. */
const MAX_ENTRIES = 1_000;

/**
 * EXIF's DateTimeOriginal as `YYYY-MM-DDTHH:MM:SS`, without a zone; undefined when there is none that makes sense.
 * Every offset comes from a stranger and is checked; nothing throws.
 */
export function readCaptureDate(exif: Uint8Array): string | undefined {
  const view = tiffView(exif);
  if (view === undefined) return undefined;
  const littleEndian = view.getUint16(0) === 0x4949;
  const reader: Reader = { view, littleEndian };
  const main = uint32(reader, 4);
  const pointer = main === undefined ? undefined : findEntry(reader, main, EXIF_DIRECTORY, LONG);
  const directory = pointer === undefined ? undefined : uint32(reader, pointer + 8);
  const entry = directory === undefined ? undefined : findEntry(reader, directory, DATE_TIME_ORIGINAL, ASCII);
  if (entry === undefined || uint32(reader, entry + 4) !== DATE_BYTES) return undefined;
  const at = uint32(reader, entry + 8);
  return at === undefined ? undefined : parseDate(text(reader, at, DATE_BYTES - 1));
}

interface Reader {
  readonly view: DataView;
  readonly littleEndian: boolean;
}

/** The TIFF structure inside: offsets count from its start. A JPEG puts `Exif\0\0` before it. */
function tiffView(exif: Uint8Array): DataView | undefined {
  const start = exif[0] === 0x45 && exif[1] === 0x78 ? 6 : 0;
  if (exif.length < start + 8) return undefined;
  const view = new DataView(exif.buffer, exif.byteOffset + start, exif.length - start);
  const order = view.getUint16(0);
  return order === 0x4949 || order === 0x4d4d ? view : undefined;
}

/** Offset of the directory's entry with this tag and type. */
function findEntry(reader: Reader, directory: number, tag: number, type: number): number | undefined {
  const count = Math.min(MAX_ENTRIES, uint16(reader, directory) ?? 0);
  for (let index = 0; index < count; index += 1) {
    const at = directory + 2 + index * ENTRY_BYTES;
    const found = uint16(reader, at);
    if (found === undefined) return undefined;
    if (found === tag) return uint16(reader, at + 2) === type ? at : undefined;
  }
  return undefined;
}

function uint16({ view, littleEndian }: Reader, at: number): number | undefined {
  return at + 2 <= view.byteLength ? view.getUint16(at, littleEndian) : undefined;
}

function uint32({ view, littleEndian }: Reader, at: number): number | undefined {
  return at + 4 <= view.byteLength ? view.getUint32(at, littleEndian) : undefined;
}

function text({ view }: Reader, at: number, length: number): string {
  if (at + length > view.byteLength) return '';
  return Buffer.from(view.buffer, view.byteOffset + at, length).toString('latin1');
}

/** Cameras without a set clock write zeros or spaces; those are no date. */
function parseDate(written: string): string | undefined {
  const match = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(written);
  if (match === null) return undefined;
  const [, year, month, day, time] = match;
  const date = `${year}-${month}-${day}T${time}`;
  const parsed = new Date(`${date}Z`);
  // A date that does not exist (30 February) comes back as another one.
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) ? date : undefined;
}
