/** Of ICC.1:2022, section 7: the header, and behind it the table of tags. */
const SIGNATURE_AT = 36;
const TAGS_AT = 128;
const TAG_BYTES = 12;
/** A real profile has a dozen or two. */
const MAX_TAGS = 100;

/** sRGB's primaries in the profile's own space, adapted to D50: X, Y and Z of red, green and blue. */
const PRIMARIES: Readonly<Record<string, readonly number[]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
const CURVES = ['rTRC', 'gTRC', 'bTRC'];
/** Profiles of sRGB differ in how they were rounded. */
const PRIMARY_TOLERANCE = 0.002;
/** Of 255 levels. */
const LEVEL_TOLERANCE = 0.75;

/**
 * Whether an ICC profile says nothing but sRGB: its primaries and its curve, by their values and whatever its name is. Its offsets
 * come from a stranger; what is odd is not sRGB, and nothing throws.
 */
export function isSrgbProfile(profile: Uint8Array): boolean {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  if (textAt(view, SIGNATURE_AT) !== 'acsp' || textAt(view, 16) !== 'RGB ' || textAt(view, 20) !== 'XYZ ') return false;
  const tags = readTags(view);
  // A table of colours would go before primaries and curves.
  if ([...tags.keys()].some((name) => /^[AD]2B\d$/.test(name))) return false;
  return (
    Object.entries(PRIMARIES).every(([name, values]) => isColour(tags.get(name), values)) &&
    CURVES.every((name) => isSrgbCurve(tags.get(name)))
  );
}

function textAt(view: DataView, at: number): string {
  if (at + 4 > view.byteLength) return '';
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

/** The data of each tag that lies inside the profile. */
function readTags(view: DataView): ReadonlyMap<string, DataView> {
  const tags = new Map<string, DataView>();
  const count = view.byteLength < TAGS_AT + 4 ? 0 : Math.min(MAX_TAGS, view.getUint32(TAGS_AT));
  for (let index = 0; index < count; index += 1) {
    const at = TAGS_AT + 4 + index * TAG_BYTES;
    if (at + TAG_BYTES > view.byteLength) break;
    const [offset, size] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    const inside = size >= 12 && offset + size <= view.byteLength;
    tags.set(textAt(view, at), new DataView(view.buffer, view.byteOffset + (inside ? offset : 0), inside ? size : 0));
  }
  return tags;
}

const fixed = (view: DataView, at: number) => view.getInt32(at) / 65_536;

function isColour(tag: DataView | undefined, values: readonly number[]): boolean {
  if (tag === undefined || tag.byteLength < 20 || textAt(tag, 0) !== 'XYZ ') return false;
  return values.every((value, index) => Math.abs(fixed(tag, 8 + 4 * index) - value) < PRIMARY_TOLERANCE);
}

/** Every level has to come back as itself. */
function isSrgbCurve(tag: DataView | undefined): boolean {
  const curve = tag === undefined ? undefined : readCurve(tag);
  if (curve === undefined) return false;
  for (let level = 0; level <= 255; level += 1) {
    if (!(Math.abs(encode(curve(level / 255)) * 255 - level) < LEVEL_TOLERANCE)) return false;
  }
  return true;
}

/** sRGB of linear light (IEC 61966-2-1), both 0 to 1. */
function encode(light: number): number {
  return light <= 0.003_130_8 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** What sRGB is written as: a table, or a power with a straight foot; linear light of a value, both 0 to 1. */
function readCurve(tag: DataView): ((value: number) => number) | undefined {
  const type = textAt(tag, 0);
  if (type === 'para' && tag.byteLength >= 32 && tag.getUint16(8) === 3) {
    const [g = 0, a = 0, b = 0, c = 0, d = 0] = [12, 16, 20, 24, 28].map((at) => fixed(tag, at));
    return (value) => (value >= d ? (a * value + b) ** g : c * value);
  }
  const count = type === 'curv' ? tag.getUint32(8) : 0;
  if (count < 2 || 12 + count * 2 > tag.byteLength) return undefined;
  const entry = (index: number) => tag.getUint16(12 + 2 * index) / 65_535;
  return (value) => {
    const place = value * (count - 1);
    const below = Math.min(Math.floor(place), count - 2);
    return entry(below) + (place - below) * (entry(below + 1) - entry(below));
  };
}
