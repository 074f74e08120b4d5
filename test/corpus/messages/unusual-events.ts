import { type CorpusObject, eventOf, eventWith, type MessageCase } from './message-case.ts';

type Changes = Parameters<typeof eventWith>[1];

/** What AWS may send, now or one day, and what is good for a job all the same. */
const CHANGES: Readonly<Record<string, Changes>> = {
  'the event as it is': {},
  'an IPv6 address of the sender': { detail: { 'source-ip-address': '2001:db8::1' } },
  'an IPv6 address in short': { detail: { 'source-ip-address': '::ffff:10.0.0.1' } },
  '"AWS Internal" for the sender’s address': { detail: { 'source-ip-address': 'AWS Internal' } },
  'a service for the sender’s address': { detail: { 'source-ip-address': 'cloudfront.amazonaws.com' } },
  'no address of the sender': { detail: { 'source-ip-address': undefined } },
  'a service for the requester': { detail: { requester: 's3.amazonaws.com' } },
  'no requester': { detail: { requester: undefined } },
  'a copy': { detail: { reason: 'CopyObject' } },
  'an upload in parts': { detail: { reason: 'CompleteMultipartUpload' } },
  'an upload by a form': { detail: { reason: 'POST Object' } },
  'a reason that is new': { detail: { reason: 'RenameObject' } },
  'no reason': { detail: { reason: undefined } },
  'a newer version of the detail': { detail: { version: '1' } },
  'no version of the detail': { detail: { version: undefined } },
  'a newer version of the event': { top: { version: '1' } },
  'members that are new': {
    top: { 'event-bus': 'default' },
    detail: { tags: [{ a: 1 }] },
    bucket: { arn: 'x' },
    object: { checksum: {} },
  },
  'members named like an object’s own': { top: { constructor: 1, toString: 2, hasOwnProperty: 3 } },
  'no id': { top: { id: undefined } },
  'no time': { top: { time: undefined } },
  'no account and no region': { top: { account: undefined, region: undefined } },
  'no resources': { top: { resources: undefined } },
  'another source': { top: { source: 'slipway.sweep' } },
  'no source': { top: { source: undefined } },
  'a source that is no text': { top: { source: null } },
  'no size': { object: { size: undefined } },
  'a size that is wrong': { object: { size: 1 } },
  'a size of five terabytes': { object: { size: 5 * 2 ** 40 } },
  'a size with an exponent': { object: { size: 1e3 } },
  'no ETag': { object: { etag: undefined } },
  'an empty ETag': { object: { etag: '' } },
  'an ETag of many parts': { object: { etag: 'd41d8cd98f00b204e9800998ecf8427e-12' } },
  'an ETag in quotes': { object: { etag: '"d41d8cd98f00b204e9800998ecf8427e"' } },
  'no sequencer': { object: { sequencer: undefined } },
  'an empty sequencer': { object: { sequencer: '' } },
  'a sequencer in small letters': { object: { sequencer: '0055aed6dcd90281e5' } },
  'a sequencer of one digit': { object: { sequencer: 'F' } },
  'a sequencer that is none': { object: { sequencer: 'zz top' } },
  'a sequencer that is a number': { object: { sequencer: 5 } },
  'a sequencer of 100,000 digits': { object: { sequencer: 'F'.repeat(100_000) } },
  'no version, which leaves the ETag': { object: { 'version-id': undefined } },
  'the version "null", which leaves the ETag': { object: { 'version-id': 'null' } },
  'a mebibyte, most of it new': { detail: { 'new-member': 'x'.repeat(2 ** 20 - 2_000) } },
};

/** A good event in other words. */
function otherWords(object: CorpusObject): Readonly<Record<string, string>> {
  const event = eventOf(object);
  const escaped = JSON.stringify(event).replaceAll(/[a-z]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
  return {
    'spread over lines': JSON.stringify(event, null, 4),
    'with other line ends': JSON.stringify(event, null, 2).replaceAll('\n', '\r\n'),
    'between spaces': `\n\t ${JSON.stringify(event)} \r\n`,
    'in another order': JSON.stringify(Object.fromEntries(Object.entries(event).reverse())),
    'with all letters escaped': escaped,
    'with a member twice': JSON.stringify(event).replace('"key":', '"key":"other.jpg","key":'),
    'with a prototype that means nothing': JSON.stringify(event).replace('{', '{"__proto__":{"detail":null},'),
    'with only what is needed': JSON.stringify({
      'detail-type': 'Object Created',
      detail: { bucket: { name: object.bucket }, object: { key: object.key, 'version-id': object.versionId } },
    }),
  };
}

/** Events of objects that are not there, and of folder markers. */
const WITHOUT_OBJECT: readonly (readonly [name: string, ends: 'gone' | 'ignored', changes: Changes])[] = [
  ['a key that nobody has uploaded', 'gone', { object: { key: 'never.jpg' } }],
  ['a version that there is not', 'gone', { object: { 'version-id': 'abcDEF.123_-' } }],
  ['a version that is a path', 'gone', { object: { 'version-id': '../../results/x' } }],
  ['a version that is a query', 'gone', { object: { 'version-id': 'x&acl' } }],
  ['a version of 1,024 letters', 'gone', { object: { 'version-id': 'v'.repeat(1_024) } }],
  [
    'an ETag that there is not',
    'gone',
    { object: { 'version-id': undefined, etag: 'ffffffffffffffffffffffffffffffff' } },
  ],
  ['a key of 1,024 bytes that nobody has uploaded', 'gone', { object: { key: 'k'.repeat(1_024) } }],
  ['a key like a prototype', 'gone', { object: { key: '__proto__' } }],
  ['a key encoded as S3’s own notifications do', 'gone', { object: { key: 'good+picture%2Ejpg' } }],
  ['a folder marker', 'ignored', { object: { key: 'folder/', size: 0 } }],
  ['a folder marker with content', 'ignored', { object: { key: 'folder/', size: 5 } }],
  ['a slash', 'ignored', { object: { key: '/' } }],
];

/** Events that are accepted. Every one of `objects` is named once: its job is its own. */
export function unusualEvents(objects: Iterator<CorpusObject>): MessageCase[] {
  const next = () => {
    const { value, done } = objects.next();
    if (done) throw new Error('There are fewer objects than messages.');
    return value as CorpusObject;
  };
  const changed = Object.entries(CHANGES).map(([name, changes]) => [name, eventWith(next(), changes)] as const);
  const said = Object.keys(otherWords(SAMPLE)).map((name) => [name, otherWords(next())[name] ?? ''] as const);
  return [
    ...[...changed, ...said].map(([name, body]): MessageCase => ({ name, body, ends: 'complete' })),
    ...WITHOUT_OBJECT.map(([name, ends, changes]): MessageCase => ({ name, body: eventWith(SAMPLE, changes), ends })),
  ];
}

/** An object for events whose object does not matter. */
export const SAMPLE: CorpusObject = {
  bucket: 'inbox',
  key: 'good picture.jpg',
  versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
  etag: '617f08299329d189a6e4b5dbe4ccaf0f',
  size: 1000,
  sequencer: '00617F08299329D189',
};

/** How many objects `unusualEvents` takes. */
export const OBJECTS_NEEDED = Object.keys(CHANGES).length + Object.keys(otherWords(SAMPLE)).length;
