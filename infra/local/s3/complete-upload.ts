import { createHash } from 'node:crypto';
import type { BodyFolder, StoredBody } from './bodies.ts';
import { CHECKSUM_ALGORITHMS, type Checksum, startChecksum } from './checksums.ts';
import { checksumMismatch, readExpectedChecksum } from './expected-checksum.ts';
import { malformedXml, S3Error } from './s3-error.ts';
import type { Part, Upload } from './uploads.ts';
import { childrenOf, childText, parseXml } from './xml-tree.ts';

/** Every part but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * 1024 * 1024;

/** A part as the client names it when it completes an upload. */
export interface WantedPart {
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
  /** Base64, of any algorithm. */
  readonly checksum?: string | undefined;
}

/** Reads the `<CompleteMultipartUpload>` document. Throws MalformedXML. */
export function readWantedParts(document: string): WantedPart[] {
  const parts = childrenOf(parseXml(document), 'Part').map((part) => ({
    number: Number(childText(part, 'PartNumber')),
    etag: (childText(part, 'ETag') ?? '').replaceAll('"', ''),
    checksum: CHECKSUM_ALGORITHMS.map((name) => childText(part, `Checksum${name}`)).find(Boolean),
  }));
  if (parts.length === 0) throw malformedXml();
  return parts;
}

/** Finds the parts that an object is to be made of. Throws InvalidPart, InvalidPartOrder, EntityTooSmall. */
export function choosePartsOf(uploaded: readonly Part[], wanted: readonly WantedPart[]): Part[] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const parts = wanted.map(({ number, etag, checksum }) => {
    const part = byNumber.get(number);
    const matches = part?.etag === etag && (checksum === undefined || part.checksum?.value === checksum);
    if (part && matches) return part;
    const message =
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
    throw new S3Error('InvalidPart', message, 400, { PartNumber: number, ETag: etag });
  });
  checkOrder(parts);
  checkSizes(parts);
  return parts;
}

function checkOrder(parts: readonly Part[]): void {
  if (parts.every((part, index) => part.number > (parts[index - 1]?.number ?? 0))) return;
  const message = 'The list of parts was not in ascending order. Parts must be ordered by part number.';
  throw new S3Error('InvalidPartOrder', message, 400);
}

function checkSizes(parts: readonly Part[]): void {
  const small = parts.slice(0, -1).find((part) => part.size < MIN_PART_BYTES);
  if (!small) return;
  const message = 'Your proposed upload is smaller than the minimum allowed size';
  const details = { ProposedSize: small.size, MinSizeAllowed: MIN_PART_BYTES, PartNumber: small.number };
  throw new S3Error('EntityTooSmall', message, 400, details);
}

/** The MD5 of the parts' MD5s, and how many there are. */
export function multipartEtag(parts: readonly Part[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part.etag, 'hex');
  return `${hash.digest('hex')}-${parts.length}`;
}

/** The checksum of the whole, of the type that the upload began with. Throws BadDigest when the client has another. */
export async function multipartChecksum(
  bodies: BodyFolder,
  upload: Upload,
  parts: readonly Part[],
  body: StoredBody,
  headers: Readonly<Record<string, string>>,
): Promise<Checksum | undefined> {
  if (!upload.checksum) return undefined;
  const { algorithm, type } = upload.checksum;
  const digest = startChecksum(algorithm);
  if (type === 'FULL_OBJECT') for await (const chunk of bodies.open(body)) digest.update(chunk as Buffer);
  else for (const part of parts) digest.update(Buffer.from(part.checksum?.value ?? '', 'base64'));
  const whole = digest.digest().toString('base64');
  const value = type === 'FULL_OBJECT' ? whole : `${whole}-${parts.length}`;
  const expected = readExpectedChecksum(headers)?.value();
  if (expected !== undefined && expected !== value) throw checksumMismatch(algorithm, expected, value);
  return { algorithm, value, type };
}
