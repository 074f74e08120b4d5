import { expect, test } from 'vitest';
import { compare } from '../../../review/compare.ts';
import type { Acknowledgement, Finding } from '../../../review/finding.ts';

const finding = (rule: string, resource: string): Finding => ({ tool: 'cdk-nag', rule, resource, text: 'a rule' });
const found = {
  dev: { profile: 'dev', findings: [finding('S1', 'Bucket'), finding('VPC7', 'Vpc')] },
  prod: { profile: 'prod', findings: [finding('S1', 'Bucket')] },
};
const both: Acknowledgement = { reason: 'r', findings: { 'cdk-nag': { S1: ['Bucket'] } } };
const devOnly: Acknowledgement = { reason: 'r', findings: { 'cdk-nag': { VPC7: ['Vpc'] } }, except: ['prod'] };

test('is quiet when every finding is acknowledged and every acknowledgement is found', () => {
  expect(compare([found.dev, found.prod], [both, devOnly])).toEqual({ fresh: [], stale: [] });
});

test('reports what nobody has acknowledged, with its profile', () => {
  const { fresh } = compare([found.dev, found.prod], [both]);
  expect(fresh).toEqual([{ ...finding('VPC7', 'Vpc'), profile: 'dev' }]);
});

test('takes an acknowledgement for its tool, rule and resource alone', () => {
  const near: Acknowledgement[] = [
    { ...both, findings: { 'cfn-lint': { S1: ['Bucket'] } } },
    { ...both, findings: { 'cdk-nag': { S1: ['Other'] } } },
    { ...both, findings: { 'cdk-nag': { S2: ['Bucket'] } } },
  ];
  expect(compare([found.prod], near).fresh).toHaveLength(1);
});

test('reports a finding in a profile that does hold the rule otherwise', () => {
  const worse = { profile: 'prod', findings: [...found.prod.findings, finding('VPC7', 'Vpc')] };
  expect(compare([found.dev, worse], [both, devOnly]).fresh).toEqual([{ ...finding('VPC7', 'Vpc'), profile: 'prod' }]);
});

test('reports what no profile shows any more, unless its tool was skipped', () => {
  const stale = { tool: 'cdk-nag', rule: 'VPC7', resource: 'Vpc' };
  expect(compare([found.prod], [both, devOnly]).stale).toEqual([stale]);
  expect(compare([found.prod], [both, devOnly], ['cdk-nag']).stale).toEqual([]);
});
