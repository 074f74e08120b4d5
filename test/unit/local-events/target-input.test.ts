import { describe, expect, it } from 'vitest';
import { compileTargetInput, type Target } from '../../../infra/local/events/target.ts';

const envelope = {
  version: '0',
  id: 'e-1',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  resources: ['arn:aws:s3:::inbox'],
  detail: { bucket: { name: 'inbox' }, object: { key: 'a "quoted" ü.png', size: 12 } },
};
const context = { ruleName: 'small', ruleArn: 'arn:rule/small', ingestionTime: '2026-03-01T12:00:00.000Z' };

function inputOf(settings: Partial<Target>): string {
  return compileTargetInput({ Id: 't', Arn: 'arn', ...settings })(envelope, JSON.stringify(envelope), context);
}

function transformed(InputTemplate: string, InputPathsMap?: Record<string, string>): string {
  return inputOf({ InputTransformer: { InputTemplate, InputPathsMap } });
}

describe('what a target is sent', () => {
  it('is the whole event by default', () => {
    expect(JSON.parse(inputOf({}))).toEqual(envelope);
  });
  it('is the constant Input', () => {
    expect(inputOf({ Input: '{"a":1}' })).toBe('{"a":1}');
  });
  it.each([
    ['$.detail.object', { key: 'a "quoted" ü.png', size: 12 }],
    ['$.detail-type', 'Object Created'],
    ['$.resources[0]', 'arn:aws:s3:::inbox'],
    ['$.resources[*]', ['arn:aws:s3:::inbox']],
    ["$['detail']['bucket'].name", 'inbox'],
    ['$.detail.nothing.here', null],
    ['$', envelope],
  ])('is the part at InputPath %s', (InputPath, expected) => {
    expect(JSON.parse(inputOf({ InputPath }))).toEqual(expected);
  });
});

describe('an input transformer', () => {
  const paths = { key: '$.detail.object.key', size: '$.detail.object.size', object: '$.detail.object', none: '$.x' };

  it('puts variables as JSON outside quotes and as text inside', () => {
    const output = transformed(
      '{"key": <key>, "size": <size>, "object": <object>, "text": "key <key> of <size>"}',
      paths,
    );
    expect(JSON.parse(output)).toEqual({
      key: 'a "quoted" ü.png',
      size: 12,
      object: { key: 'a "quoted" ü.png', size: 12 },
      text: 'key a "quoted" ü.png of 12',
    });
  });
  it('keeps escaped quotes inside a string', () => {
    expect(JSON.parse(transformed('"key \\"<size>\\" is here"', paths))).toBe('key "12" is here');
  });
  it('keeps an object inside a string valid JSON', () => {
    expect(JSON.parse(JSON.parse(transformed('"<object>"', paths)))).toEqual(envelope.detail.object);
  });
  it('leaves out a variable that the event does not have', () => {
    expect(transformed('"[<none>]"', paths)).toBe('"[]"');
  });
  it('knows the predefined variables', () => {
    const output = JSON.parse(
      transformed('{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>", "event": <aws.events.event.json>}'),
    );
    expect(output).toEqual({ rule: 'small', arn: 'arn:rule/small', event: envelope });
    expect(JSON.parse(transformed('<aws.events.event>'))).not.toHaveProperty('detail');
  });
});

describe('settings that are refused', () => {
  it.each([
    [{ Input: 'x' }, /not valid JSON/],
    [{ Input: '{}', InputPath: '$' }, /Only one of/],
    [{ InputPath: 'detail' }, /Invalid JSON path 'detail'/],
    [{ InputPath: '$..key' }, /Invalid JSON path/],
    [{ InputTransformer: { InputTemplate: '"<key>"' } }, /<key>, which InputPathsMap does not define/],
  ])('%j', (settings, message) => {
    expect(() => inputOf(settings as Partial<Target>)).toThrow(message);
  });
});
