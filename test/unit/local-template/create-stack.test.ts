import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../../infra/local/service.ts';
import { parseTemplate } from '../../../infra/local/template/compiled-template.ts';
import { createStack } from '../../../infra/local/template/create-stack.ts';

const queues: ResourceProvider = resourceProvider(
  'AWS::SQS::Queue',
  z.strictObject({ Target: z.string().optional() }),
  (properties, { logicalId, generatedName }) => ({
    ref: `url-of-${logicalId}`,
    attributes: { Arn: `arn-of-${logicalId}`, Name: generatedName, Target: properties.Target },
  }),
);

function stackOf(resources: object, more: object = {}) {
  const template = parseTemplate({ Resources: resources, ...more });
  return createStack({ stackName: 'slipway-test', region: 'us-east-1', template, providers: [queues] });
}

const queue = (properties: object = {}, more: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
  ...more,
});

describe('createStack', () => {
  it('creates what is referred to before what refers to it', async () => {
    const stack = await stackOf({ A: queue({ Target: { 'Fn::GetAtt': ['B', 'Arn'] } }), B: queue() });
    expect([...stack.resources.keys()]).toEqual(['B', 'A']);
    expect(stack.resources.get('A')?.attributes?.Target).toBe('arn-of-B');
  });

  it('gives the same generated name on every boot and another for another resource', async () => {
    const nameOf = async (id: string) => (await stackOf({ [id]: queue() })).resources.get(id)?.attributes?.Name;
    expect(await nameOf('A')).toBe(await nameOf('A'));
    expect(await nameOf('A')).not.toBe(await nameOf('B'));
  });

  it('leaves out resources and outputs whose condition is false', async () => {
    const stack = await stackOf(
      { A: queue({}, { Condition: 'Never' }), B: queue() },
      {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Outputs: { OfA: { Condition: 'Never', Value: { Ref: 'A' } }, OfB: { Value: { Ref: 'B' } } },
      },
    );
    expect([...stack.resources.keys()]).toEqual(['B']);
    expect(stack.outputs).toEqual([{ key: 'OfB', value: 'url-of-B' }]);
  });

  it.each([
    ['an unknown type', { A: { Type: 'AWS::Neptune::DBCluster' } }, 'type AWS::Neptune::DBCluster is not implemented'],
    ['an unknown property', { A: queue({ Colour: 'red' }) }, 'Resource A (AWS::SQS::Queue): property Colour is not'],
    ['a wrong property', { A: queue({ Target: 5 }) }, 'Resource A (AWS::SQS::Queue): Target: Invalid input'],
    ['an unresolvable reference', { A: queue({ Target: { Ref: 'Gone' } }) }, 'Resource A: Ref Gone: the stack has no'],
    [
      'a circle',
      { A: queue({ Target: { Ref: 'B' } }), B: queue({ Target: { 'Fn::Sub': `\${A.Arn}` } }) },
      'depend on one another in a circle: A → B → A',
    ],
  ])('refuses %s by name', async (_name, resources, message) => {
    await expect(stackOf(resources)).rejects.toThrow(message);
  });

  it('says where a template has the wrong shape', () => {
    expect(() => parseTemplate({ Resources: { A: {} } }, 'x.json')).toThrow(
      'x.json is not a CloudFormation template: Resources.A.Type',
    );
  });
});
