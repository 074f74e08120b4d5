import { S3Error } from './s3-error.ts';
import { childrenOf, childText, parseXml } from './xml-tree.ts';

export type Tags = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAGS = 10;

/** Tags of the `x-amz-tagging` header: `a=1&b=2`. */
export function readTagHeader(header: string | undefined): Tags | undefined {
  return header ? checkTags([...new URLSearchParams(header)]) : undefined;
}

/** Tags of a `<Tagging>` document. */
export function readTagDocument(document: string): Tags | undefined {
  const sets = childrenOf(parseXml(document), 'TagSet');
  const tags = sets.flatMap((set) => childrenOf(set, 'Tag'));
  return checkTags(tags.map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']));
}

function checkTags(pairs: [string, string][]): Tags | undefined {
  if (pairs.length > MAX_TAGS) throw new S3Error('BadRequest', `Object tags cannot be greater than ${MAX_TAGS}`, 400);
  const tags = Object.fromEntries(pairs);
  const valid = pairs.every(([key, value]) => key.length > 0 && key.length <= 128 && value.length <= 256);
  if (!valid) throw new S3Error('InvalidTag', 'The TagKey or TagValue you have provided is invalid', 400);
  if (Object.keys(tags).length < pairs.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key', 400);
  }
  return pairs.length > 0 ? tags : undefined;
}
