import { type CorpusObject, eventOf, eventWith, type MessageCase } from './message-case.ts';

/** What is not JSON at all, or JSON of no object. */
const TEXTS: Readonly<Record<string, string>> = {
  'a word': 'hello',
  'a space': ' ',
  'a line end': '\n',
  'one letter': 'x',
  'a bracket': '{',
  'the other bracket': '}',
  'a comma too many': '{"a":1,}',
  'single quotes': "{'detail-type':'Object Created'}",
  'names without quotes': '{detail: 1}',
  'a comment': '// nothing\n{}',
  'two objects': '{}{}',
  'lines of objects': '{}\n{}',
  'not a number': 'NaN',
  'an infinity': 'Infinity',
  'a word that was undefined': 'undefined',
  'what an object prints as': '[object Object]',
  'a web page': '<!doctype html><script>alert(1)</script>',
  XML: '<?xml version="1.0"?><Event/>',
  'XML with entities': '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  YAML: 'detail-type: Object Created\ndetail: {}',
  'a form': 'Action=SendMessage&MessageBody=x',
  'a command': '; rm -rf / #',
  SQL: "'; DROP TABLE outcomes; --",
  'a format string': '%s%n%x',
  'a template': '{{7*7}} #{7*7} <%= 7*7 %>',
  base64: Buffer.from('{"detail-type":"Object Created"}').toString('base64'),
  'base64 of random bytes': Buffer.from([0, 255, 128, 7, 33]).toString('base64'),
  'bytes read as Latin-1': Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0xa0, 0xb1]).toString('latin1'),
  'replacement characters': '\ufffd\ufffd\ufffd',
  'private characters': '\ue000\uf8ff',
  'a byte order mark': '\ufeff',
  'a byte order mark and JSON': '\ufeff{}',
  emoji: '😀🏳️‍🌈',
  'writing from the right': '\u202egpj.exe',
  'combining marks without end': `a${'\u0301'.repeat(500)}`,
  'an S3 URI': 's3://inbox/key',
  'a path': '../../etc/passwd',
  'a URL': 'http://169.254.169.254/latest/meta-data/',
  'a long line': 'x'.repeat(300_000),
  'a mebibyte': 'y'.repeat(2 ** 20),
  'a mebibyte of many bytes a letter': `${'😀'.repeat(2 ** 18)}`,
  'a mebibyte of brackets': '['.repeat(2 ** 20),
  'deep arrays': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  'deep objects': `${'{"detail":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  'a number of many digits': '9'.repeat(10_000),
  null: 'null',
  true: 'true',
  'a number': '42',
  'a number beyond all': '1e999',
  'a text in quotes': '"Object Created"',
  'an event inside a text': JSON.stringify('{"detail-type":"Object Created"}'),
  'an empty object': '{}',
  'an empty array': '[]',
  'an array of nothing': '[null]',
  'a prototype': '{"__proto__":{"detail-type":"Object Created"}}',
  'a constructor': '{"constructor":{"prototype":{"detail-type":"Object Created"}}}',
  'a function that is called by names': '{"toString":"x","valueOf":"y","then":"z"}',
  'empty names': '{"":{"":""}}',
};

/** Messages that AWS sends too, into queues that are joined to the wrong thing. */
function foreign(object: CorpusObject): Readonly<Record<string, unknown>> {
  const event = eventOf(object);
  const notification = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: {
      bucket: { name: object.bucket },
      object: { key: object.key, size: object.size, versionId: object.versionId },
    },
  };
  const wrap = (message: unknown) => ({
    Type: 'Notification',
    MessageId: '1',
    TopicArn: 'arn:aws:sns:us-east-1:123456789012:inbox',
    Message: JSON.stringify(message),
  });
  const detailTypes = [
    'Object Deleted',
    'Object Restore Initiated',
    'Object Restore Completed',
    'Object Restore Expired',
    'Object Storage Class Changed',
    'Object Access Tier Changed',
    'Object ACL Updated',
    'Object Tags Added',
    'Object Tags Deleted',
    'object created',
    'Object Created ',
    'ObjectCreated',
    '',
  ];
  return {
    'the test event of S3': {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Bucket: object.bucket,
      RequestId: '1',
      HostId: '2',
    },
    "S3's own notification": { Records: [notification] },
    'two notifications of S3 in one': { Records: [notification, notification] },
    'no records': { Records: [] },
    'an event inside records': { Records: [{ body: JSON.stringify(event) }] },
    'an event from SNS': wrap(event),
    "S3's notification from SNS": wrap({ Records: [notification] }),
    'a subscription to confirm': { Type: 'SubscriptionConfirmation', SubscribeURL: 'http://example.com/', Token: 'x' },
    'two events in an array': [event, event],
    'one event in an array': [event],
    'the detail alone': event.detail,
    'the object alone': event.detail.object,
    'an alarm': { AlarmName: 'x', NewStateValue: 'ALARM' },
    'a stopped task': {
      'detail-type': 'ECS Task State Change',
      source: 'aws.ecs',
      detail: { taskArn: 'arn', version: 1 },
    },
    'a schedule': { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} },
    'a failed Lambda invocation': { version: '1.0', requestContext: {}, requestPayload: event, responsePayload: null },
    'a CloudTrail record': { 'detail-type': 'AWS API Call via CloudTrail', detail: { eventName: 'PutObject' } },
    ...Object.fromEntries(
      detailTypes.map((type) => [`the detail type ${JSON.stringify(type)}`, { ...event, 'detail-type': type }]),
    ),
  };
}

/** Good events, cut off; and with a letter too many. */
function broken(object: CorpusObject): Readonly<Record<string, string>> {
  const whole = eventWith(object, {});
  const cuts = [2, 5, 10, 50, 100, 200, whole.length - 2, whole.length - 1];
  return {
    ...Object.fromEntries(cuts.map((at) => [`an event cut off after ${at} letters`, whole.slice(0, at)])),
    'an event and a letter': `${whole}x`,
    'an event twice': whole + whole,
    'an event without its first letter': whole.slice(1),
    'an event with a raw line end in a text': whole.replace('PutObject', 'Put\nObject'),
    'an event in another encoding': Buffer.from(whole, 'utf16le').toString('latin1').replaceAll('\0', ' '),
  };
}

/** Messages that are no event, or none of ours. */
export function noEvents(object: CorpusObject): MessageCase[] {
  const texts = { ...TEXTS, ...broken(object) };
  return [
    ...Object.entries(texts).map(([name, body]): MessageCase => ({ name, body, ends: 'malformed' })),
    ...Object.entries(foreign(object)).map(
      ([name, value]): MessageCase => ({ name, body: JSON.stringify(value), ends: 'malformed' }),
    ),
  ];
}
