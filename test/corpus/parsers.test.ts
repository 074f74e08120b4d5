import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import {
  onObjectCreatedSettings,
  onScheduleSettings,
  onTaskStoppedSettings,
  serviceSettings,
  sweepSettings,
  taskSettings,
} from '../../aws/settings.ts';
import { readLaunchEnvironment } from '../../core/launch.ts';
import { parseObjectCreated } from '../../core/object-event.ts';
import { journalSchema, latestSchema, outcomeSchema, timelineEntrySchema } from '../../core/outcome.ts';
import { sweepLeaseSchema } from '../../core/sweep-lease.ts';
import { sweepReportSchema } from '../../core/sweep-report.ts';
import { taskStateChangeSchema } from '../../core/task-state-change.ts';
import { parseExpression } from '../../infra/local/cloudwatch/math/parse-expression.ts';
import { compilePattern } from '../../infra/local/events/pattern.ts';
import { parsePolicy } from '../../infra/local/iam/policy.ts';
import { compileFilterPattern } from '../../infra/local/logs/filter-pattern.ts';
import { decodeChunks } from '../../infra/local/s3/aws-chunked.ts';
import { readRange } from '../../infra/local/s3/range.ts';
import { readTagDocument, readTagHeader } from '../../infra/local/s3/tagging.ts';
import { parseXml } from '../../infra/local/s3/xml-tree.ts';
import { parseScheduleExpression } from '../../infra/local/scheduler/schedule-expression.ts';
import { compileFilterPolicy } from '../../infra/local/sns/filter-policy.ts';
import { readQueryInput } from '../../infra/local/sqs/query-shapes.ts';
import { fromChildSchema } from '../../worker/pool/protocol.ts';
import { readCaptureDate } from '../../worker/processors/image/exif.ts';
import { sniff } from '../../worker/sniff.ts';

/** Text of every kind, and text made of what the parser at hand gives a meaning to. */
function text(...tokens: string[]): fc.Arbitrary<string> {
  const any = fc.string({ unit: 'binary', maxLength: 60 });
  if (tokens.length === 0) return any;
  const piece = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...tokens) }, { weight: 1, arbitrary: any });
  return fc.oneof(
    any,
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  );
}

/** JSON of every kind, with the member names that mean something, at any depth. */
function json(...names: string[]): fc.Arbitrary<unknown> {
  const scalar = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('Object Created', 'ECS Task State Change', '', '1', 'a'.repeat(64)),
  );
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...names, '__proto__', 'constructor'), fc.string()), tie('value'), {
        maxKeys: 6,
      }),
    ),
  })).value;
}

function environment(...names: string[]): fc.Arbitrary<Record<string, string>> {
  const value = fc.oneof(text(), fc.constantFrom('0', '1', '256', '512', 'a,b', 'http://x', 'arn:aws:x', '{}', '-1'));
  return fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value, { maxKeys: 25 });
}

interface Parser<Input> {
  readonly name: string;
  readonly input: fc.Arbitrary<Input>;
  parse(input: Input): unknown;
  /** What it throws when it refuses: an error's `code`, or its name. */
  readonly refuses?: string;
}

/** Keeps input and parser of one type, in a list of many. */
function parser<Input>({ input, parse, ...rest }: Parser<Input>): Parser<unknown> {
  return { ...rest, input, parse: (given) => parse(given as Input) };
}

const record = (name: string, schema: z.ZodType, ...names: string[]) =>
  parser({ name, input: json(...names), parse: (value) => schema.parse(value), refuses: 'ZodError' });

const settings = (name: string, read: (given: Record<string, string>) => unknown, ...names: string[]) =>
  parser({ name, input: environment('STAGE', 'CLUSTER', ...names), parse: read, refuses: 'bad-settings' });

const JOB_NAMES = ['INBOX_BUCKET', 'RESULTS_BUCKET', 'MAX_ATTEMPTS', 'JOB_DEADLINE_SECONDS', 'MAX_PIXELS'];
const NETWORK_NAMES = ['SUBNETS', 'SECURITY_GROUPS', 'ASSIGN_PUBLIC_IP', 'ALERT_TOPIC_ARN'];
const EVENT_NAMES = [
  'detail-type',
  'detail',
  'bucket',
  'object',
  'name',
  'key',
  'size',
  'etag',
  'version-id',
  'sequencer',
];
const XML_TOKENS = [
  '<',
  '>',
  '</',
  '/>',
  '<a>',
  '</a>',
  '<a:b c="d">',
  '&amp;',
  '&#0;',
  '&#x110000;',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '<?',
  '?>',
  '<!DOCTYPE a>',
];
const XML_REFUSAL = 'MalformedXML';

const parsers: readonly Parser<unknown>[] = [
  parser({
    name: 'the event of an object',
    input: json(...EVENT_NAMES).map((value) => JSON.stringify(value)),
    parse: parseObjectCreated,
    refuses: 'malformed-message',
  }),
  parser({
    name: 'the event of an object, of any text',
    input: text('{', '}', '"', ':', '[', ']', '\\u', 'null'),
    parse: parseObjectCreated,
    refuses: 'malformed-message',
  }),
  parser({
    name: 'the environment of a launched task',
    input: environment('JOB', 'JOB_ID', 'ATTEMPT', 'LOSSES', 'MEMORY_KILLS'),
    parse: readLaunchEnvironment,
    refuses: 'bad-launch',
  }),
  record(
    'a task’s change of state',
    taskStateChangeSchema,
    'id',
    'detail-type',
    'detail',
    'taskArn',
    'version',
    'containers',
    'overrides',
    'cpu',
  ),
  record('an outcome', outcomeSchema, 'v', 'jobId', 'status', 'source', 'outputs', 'metadata', 'attempts'),
  record('a journal', journalSchema, 'v', 'jobId', 'attempts', 'closed', 'alone', 'taskArn'),
  record('a pointer to the newest version', latestSchema, 'v', 'key', 'jobId', 'sequencer', 'lastModified'),
  record('an entry of the timeline', timelineEntrySchema, 'v', 'jobId', 'status', 'route', 'finishedAt'),
  record('the report of a sweep', sweepReportSchema, 'v', 'startedAt', 'scanned', 'requeued', 'sample'),
  record('the lease of the sweep', sweepLeaseSchema, 'v', 'owner', 'expiresAt', 'released', 'progress'),
  record('the answer of a processor', fromChildSchema, 'type', 'processor', 'outputs', 'metadata', 'name', 'path'),
  settings('the settings of the service', serviceSettings, ...JOB_NAMES, 'JOB_QUEUE_URL', 'SLOTS'),
  settings('the settings of a task', taskSettings, ...JOB_NAMES, 'JOB', 'JOB_ID', 'ATTEMPT'),
  settings('the settings of the sweep', sweepSettings, ...JOB_NAMES, 'LARGE_OBJECT_BYTES'),
  settings(
    'the settings of the launcher',
    onObjectCreatedSettings,
    ...NETWORK_NAMES,
    'SMALLEST_CPU',
    'SMALLEST_MEMORY',
  ),
  settings('the settings of the schedule', onScheduleSettings, ...NETWORK_NAMES),
  settings('the settings of the stop handler', onTaskStoppedSettings, ...NETWORK_NAMES, 'MAX_ATTEMPTS'),
  parser({ name: 'the type of content', input: fc.uint8Array({ maxLength: 300 }), parse: sniff }),
  parser({
    name: 'EXIF',
    input: fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from([0x49, 0x49, 42, 0, ...bytes])),
    parse: readCaptureDate,
  }),
  parser({
    name: 'a form of SQS',
    input: fc.array(
      fc.tuple(text('.', '1', '2', 'Attribute', 'Tag', 'entry', 'member', 'Name', 'Value', 'toString'), text()),
      { maxLength: 8 },
    ),
    parse: (pairs) => readQueryInput('SendMessage', new URLSearchParams(pairs), '/1/queue'),
  }),
  parser({ name: 'the XML of S3', input: text(...XML_TOKENS), parse: parseXml, refuses: XML_REFUSAL }),
  parser({
    name: 'tags in XML',
    input: text(...XML_TOKENS, '<Tagging>', '<TagSet>', '<Tag>', '<Key>'),
    parse: readTagDocument,
    refuses: 'MalformedXML InvalidTag',
  }),
  parser({
    name: 'tags in a header',
    input: text('=', '&', '%', '%41', '+'),
    parse: readTagHeader,
    refuses: 'InvalidArgument InvalidTag',
  }),
  parser({
    name: 'a range',
    input: text('bytes=', '-', '0', '9', ',', ' '),
    parse: (header) => readRange(header, 10),
    refuses: 'InvalidRange',
  }),
  parser({
    name: 'a policy',
    input: json('Statement', 'Effect', 'Principal', 'Action', 'Resource', 'Condition', 'Null', 's3:prefix'),
    parse: (document) => parsePolicy('policy', document, 'resource'),
    refuses: 'PolicyError',
  }),
  parser({
    name: 'a pattern of log lines',
    input: text('"', '\\', '?', '-', '{', '}', '$.', ' = ', 'a', '*', ' '),
    parse: (pattern) => compileFilterPattern(pattern)('{"a":"b"} c'),
    refuses: 'InvalidParameterException',
  }),
  parser({
    name: 'a pattern of events',
    input: json(
      'prefix',
      'suffix',
      'anything-but',
      'numeric',
      'exists',
      'cidr',
      'wildcard',
      'equals-ignore-case',
      '$or',
    ),
    parse: (pattern) => compilePattern(JSON.stringify(pattern))({ a: 1 }),
    refuses: 'InvalidEventPatternException',
  }),
  parser({
    name: 'a filter policy',
    input: text('{', '}', '"a"', ':', '[', ']', '1', ','),
    parse: compileFilterPolicy,
    refuses: 'InvalidParameter',
  }),
  parser({
    name: 'a schedule',
    input: text(
      'rate(',
      'cron(',
      'at(',
      ')',
      ' ',
      '*',
      '?',
      '/',
      '-',
      ',',
      'L',
      'W',
      '#',
      '1',
      '59',
      'MON',
      'minutes',
      '2026-01-31T12:00:00',
    ),
    parse: parseScheduleExpression,
    refuses: 'ValidationException',
  }),
  parser({
    name: 'a cron of six fields',
    input: fc
      .tuple(
        ...Array.from({ length: 6 }, () =>
          text('*', '?', '/', '-', ',', 'L', 'W', '#', '0', '1', '5', '31', '99', 'MON', 'JAN', '2199'),
        ),
      )
      .map((fields) => `cron(${fields.join(' ')})`),
    parse: parseScheduleExpression,
    refuses: 'ValidationException',
  }),
  parser({
    name: 'metric math',
    input: text('m1', 'SUM', '(', ')', '[', ']', '+', '-', '*', '/', ',', '1', '"a"', '>', ' '),
    parse: parseExpression,
    refuses: 'ValidationError',
  }),
];

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

describe('whatever comes, it is read or refused in words of one kind', () => {
  it.each(parsers.map((each) => [each.name, each] as const))('%s', (_, { input, parse, refuses = '' }) => {
    fc.assert(
      fc.property(input, (given) => {
        try {
          parse(given);
        } catch (error) {
          if (!refuses.split(' ').includes(nameOf(error))) throw error;
        }
      }),
      { numRuns: 400 },
    );
  });

  it('aws-chunked', async () => {
    const piece = fc.constantFrom(
      '0',
      '5',
      'a',
      'ffffffffffff',
      ';chunk-signature=x',
      '\r\n',
      '\r',
      '\n',
      'x-amz-a:b',
      ':',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array)),
      fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.from(pieces.join(''))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 4 }), async (chunks) => {
        const source = (async function* () {
          yield* chunks;
        })();
        let read = 0;
        try {
          for await (const data of decodeChunks(source, { values: new Map() })) read += data.length;
        } catch (error) {
          if (nameOf(error) !== 'IncompleteBody') throw error;
        }
        expect(read).toBeLessThanOrEqual(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      }),
      { numRuns: 400 },
    );
  });
});
