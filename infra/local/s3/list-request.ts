import { ACCOUNT_ID } from '../account.ts';
import type { ListedObject } from './listings.ts';
import type { ObjectVersion } from './object-version.ts';
import type { PageRequest } from './page.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3Request } from './s3-operation.ts';
import { isoTime, type RawXml, rawXml, s3Xml, toText } from './xml-response.ts';

/** Every listing ends at a thousand entries. */
const MAX_ENTRIES = 1000;

/** The one account, as listings show it. */
export const OWNER = { ID: ACCOUNT_ID.padEnd(64, '0'), DisplayName: 'local' };

/** What all listings take: which keys, how many, and how names are to be written. */
export interface ListRequest extends PageRequest {
  /** Writes a key or a part of one, percent-encoded when the client asked for that. */
  encode(text: string): string;
  readonly encodingType?: string | undefined;
}

/** Reads a listing's parameters. Throws InvalidArgument. */
export function readListRequest({ query }: S3Request, limitName: string): ListRequest {
  const encodingType = query.get('encoding-type') ?? undefined;
  if (encodingType !== undefined && encodingType !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') || undefined,
    maxKeys: readLimit(query.get(limitName), limitName),
    encodingType,
    encode: encodingType === undefined ? (text) => text : urlEncode,
  };
}

/** What all listings answer with. */
export function listHeading(request: ListRequest, limitName: string) {
  const { prefix, delimiter, maxKeys, encodingType, encode } = request;
  return {
    Prefix: encode(prefix),
    Delimiter: delimiter === undefined ? undefined : encode(delimiter),
    [limitName]: maxKeys,
    EncodingType: encodingType,
  };
}

/** The common prefixes of a page, as XML members. */
export function listPrefixes(request: ListRequest, commonPrefixes: readonly string[]) {
  return commonPrefixes.map((prefix) => ({ Prefix: request.encode(prefix) }));
}

/** A version as a listing shows it. */
export function versionEntry(request: ListRequest, version: ObjectVersion) {
  const { checksum, headers } = version.attributes;
  return {
    Key: request.encode(version.key),
    LastModified: isoTime(version.modifiedAt),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: checksum?.algorithm,
    ChecksumType: checksum?.type,
    Size: version.size,
    StorageClass: headers['x-amz-storage-class'] ?? 'STANDARD',
  };
}

/** Objects as a listing shows them, written at once: there are a thousand in a page. */
export function listedObjects(request: ListRequest, objects: readonly ListedObject[], withOwner: boolean): RawXml {
  const owner = withOwner ? s3Xml({ Owner: OWNER }) : '';
  return rawXml(objects.map((object) => contents(request, object, owner)).join(''));
}

function contents(request: ListRequest, { key, size, etag, modified_at, attributes }: ListedObject, owner: string) {
  const { checksum, headers } = shownAttributes(attributes);
  const sum = checksum
    ? `<ChecksumAlgorithm>${checksum.algorithm}</ChecksumAlgorithm><ChecksumType>${checksum.type}</ChecksumType>`
    : '';
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  return `<Contents><Key>${toText(request.encode(key))}</Key><LastModified>${isoTime(modified_at)}</LastModified><ETag>&quot;${etag}&quot;</ETag>${sum}<Size>${size}</Size><StorageClass>${storageClass}</StorageClass>${owner}</Contents>`;
}

const NOTHING_SHOWN = { headers: {} };

/** Most objects have nothing in their attributes that a listing shows. */
function shownAttributes(json: string): Pick<ObjectVersion['attributes'], 'checksum' | 'headers'> {
  return json.includes('"checksum"') || json.includes('x-amz-storage-class') ? JSON.parse(json) : NOTHING_SHOWN;
}

function readLimit(value: string | null, name: string): number {
  if (value === null || value === '') return MAX_ENTRIES;
  if (/^\d{1,10}$/.test(value)) return Math.min(Number(value), MAX_ENTRIES);
  throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, value);
}

/** As S3 writes names for `encoding-type=url`: a form's encoding, slashes left as they are. */
function urlEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}
