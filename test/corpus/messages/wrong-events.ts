import { type CorpusObject, eventOf, eventWith, type MessageCase } from './message-case.ts';

/** Values of every type. */
const VALUES: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  'a number': 7,
  'a text': 'x',
  'an empty text': '',
  'an array': [],
  'an object': {},
};

/** Every member that has to be there, with the values that will not do for it. */
const MEMBERS = [
  { level: 'top', member: 'detail-type', bad: ['null', 'true', 'a number', 'a text', 'an array', 'an object'] },
  {
    level: 'top',
    member: 'detail',
    bad: ['null', 'true', 'a number', 'a text', 'an empty text', 'an array', 'an object'],
  },
  { level: 'detail', member: 'bucket', bad: ['null', 'true', 'a number', 'a text', 'an array', 'an object'] },
  { level: 'detail', member: 'object', bad: ['null', 'true', 'a number', 'a text', 'an array', 'an object'] },
  { level: 'bucket', member: 'name', bad: ['null', 'true', 'a number', 'an empty text', 'an array', 'an object'] },
  { level: 'object', member: 'key', bad: ['null', 'true', 'a number', 'an empty text', 'an array', 'an object'] },
  { level: 'object', member: 'size', bad: ['null', 'true', 'a text', 'an empty text', 'an array', 'an object'] },
  { level: 'object', member: 'etag', bad: ['null', 'true', 'a number', 'an array', 'an object'] },
  {
    level: 'object',
    member: 'version-id',
    bad: ['null', 'true', 'a number', 'an empty text', 'an array', 'an object'],
  },
] as const;

/** Other things that are wrong about an event. */
function special(object: CorpusObject): Readonly<Record<string, string>> {
  const of = (changes: Parameters<typeof eventWith>[1]) => eventWith(object, changes);
  const { detail, ...withoutDetail } = eventOf(object);
  return {
    'no detail': JSON.stringify(withoutDetail),
    'no detail type': of({ top: { 'detail-type': undefined } }),
    'a detail that is text': of({ top: { detail: JSON.stringify(detail) } }),
    'no bucket': of({ detail: { bucket: undefined } }),
    'no object': of({ detail: { object: undefined } }),
    'no key': of({ object: { key: undefined } }),
    'neither version nor ETag': of({ object: { 'version-id': undefined, etag: undefined } }),
    'neither version nor ETag, which is empty': of({ object: { 'version-id': undefined, etag: '' } }),
    'no version but "null", and no ETag': of({ object: { 'version-id': 'null', etag: undefined } }),
    'the names of S3’s own notifications': of({ object: { key: undefined, Key: object.key } }),
    'upper-case names': of({ detail: { object: undefined, Object: detail.object } }),
    'another bucket': of({ bucket: { name: 'somebody-elses' } }),
    'the bucket of the results': of({ bucket: { name: 'results' } }),
    'the bucket in other letters': of({ bucket: { name: object.bucket.toUpperCase() } }),
    'the bucket with a space': of({ bucket: { name: `${object.bucket} ` } }),
    'the bucket as an ARN': of({ bucket: { name: `arn:aws:s3:::${object.bucket}` } }),
    'the bucket as a path': of({ bucket: { name: `${object.bucket}/../results` } }),
    'a bucket of 300 letters': of({ bucket: { name: 'b'.repeat(300) } }),
    'a bucket of 500,000 letters': of({ bucket: { name: 'b'.repeat(500_000) } }),
    'a key of 1,025 bytes': of({ object: { key: 'k'.repeat(1025) } }),
    'a key of 513 letters of two bytes': of({ object: { key: 'ä'.repeat(513) } }),
    'a key of 100,000 bytes': of({ object: { key: 'k/'.repeat(50_000) } }),
    'half a surrogate pair for a key': of({ object: { key: 'a\ud800.jpg' } }),
    'the other half of a pair': of({ object: { key: '\udc00' } }),
    'a pair the wrong way round': of({ object: { key: '\udc00\ud800' } }),
    'half a surrogate pair for a version': of({ object: { 'version-id': '\ud800' } }),
    'a line end in the version': of({ object: { 'version-id': 'a\r\nx-amz-acl: public-read' } }),
    'a space in the version': of({ object: { 'version-id': 'a b' } }),
    'a version of 2,000 letters': of({ object: { 'version-id': 'v'.repeat(2_000) } }),
    'a line end in the ETag': of({ object: { etag: 'a\r\nhost: x', 'version-id': undefined } }),
    'an ETag of other letters': of({ object: { etag: 'ä', 'version-id': undefined } }),
    'an ETag of 2,000 letters': of({ object: { etag: 'e'.repeat(2_000) } }),
    'a size below zero': of({ object: { size: -1 } }),
    'a size with a fraction': of({ object: { size: 1.5 } }),
    'a size as text': of({ object: { size: '123' } }),
    'a size beyond all numbers': eventWith(object, { object: { size: 0 } }).replace('"size":0', '"size":1e999'),
    'a size that numbers cannot tell apart': of({ object: { size: 2 ** 60 } }),
    'a key in an array': of({ object: { key: [object.key] } }),
    'several objects': of({ detail: { object: [detail.object, detail.object] } }),
    'several buckets': of({ detail: { bucket: [detail.bucket] } }),
    'several details': of({ top: { detail: [detail] } }),
    'several detail types': of({ top: { 'detail-type': ['Object Created'] } }),
    'a detail below __proto__': `{"detail-type":"Object Created","__proto__":{"detail":${JSON.stringify(detail)}}}`,
    'an object below __proto__': `{"detail-type":"Object Created","detail":{"bucket":{"name":"${object.bucket}"},"__proto__":{"object":${JSON.stringify(detail.object)}}}}`,
    'a key below __proto__': `{"detail-type":"Object Created","detail":{"bucket":{"name":"${object.bucket}"},"object":{"__proto__":{"key":"x"},"etag":"e"}}}`,
    'a key that is taken back': eventWith(object, {}).replace('"key":', '"key":"good.jpg","key":5,"was":'),
  };
}

/** Events that name no object version of the inbox. */
export function wrongEvents(object: CorpusObject): MessageCase[] {
  const typed = MEMBERS.flatMap(({ level, member, bad }) =>
    bad.map(
      (value): MessageCase => ({
        name: `${value} for ${member}`,
        body: eventWith(object, { [level]: { [member]: VALUES[value] } }),
        ends: 'malformed',
      }),
    ),
  );
  const others = Object.entries(special(object)).map(
    ([name, body]): MessageCase => ({ name, body, ends: 'malformed' }),
  );
  return [...typed, ...others];
}
