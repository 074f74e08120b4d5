import { expect, test } from 'vitest';
import { idleRows, total } from '../../../cli/cost/estimate.ts';
import { PRICES } from '../../../cli/cost/prices.ts';
import { estimateText } from '../../../cli/cost/render.ts';
import type { StackResource } from '../../../cli/cost/stack-resources.ts';

const resource = (logicalId: string, type: string, properties: object): StackResource => ({
  logicalId,
  type: `AWS::${type}`,
  properties: properties as Record<string, unknown>,
});

const definition = (cpu: number, memory: number, architecture = 'X86_64') =>
  resource('Definition', 'ECS::TaskDefinition', {
    Cpu: String(cpu),
    Memory: String(memory),
    RequiresCompatibilities: ['FARGATE'],
    RuntimePlatform: { CpuArchitecture: architecture },
  });

const service = (count: number, strategy: object[], AssignPublicIp = 'DISABLED') =>
  resource('Service', 'ECS::Service', {
    TaskDefinition: 'Definition',
    DesiredCount: count,
    CapacityProviderStrategy: strategy,
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp } },
  });

const ON_DEMAND = [{ CapacityProvider: 'FARGATE', Base: 1, Weight: 1 }];
const MIXED = [...ON_DEMAND, { CapacityProvider: 'FARGATE_SPOT', Weight: 1 }];

test('a task that is always there costs its CPU, its memory and its public address', () => {
  const rows = idleRows([definition(1024, 2048), service(1, ON_DEMAND, 'ENABLED')]);
  expect(total(rows)).toBeCloseTo(730 * (0.04048 + 2 * 0.004445 + 0.005), 6);
  expect(idleRows([definition(1024, 2048), service(0, ON_DEMAND)])).toEqual([]);
});

test('above the base, Spot has its share', () => {
  const rows = idleRows([definition(1024, 2048), service(3, MIXED)]);
  const onDemand = 2 * (0.04048 + 2 * 0.004445);
  const spot = PRICES.fargateSpotCpu.dollars + 2 * PRICES.fargateSpotMemory.dollars;
  expect(total(rows)).toBeCloseTo(730 * (onDemand + spot), 6);
});

test('ARM is cheaper than x86', () => {
  const cost = (architecture: string) => total(idleRows([definition(1024, 2048, architecture), service(1, ON_DEMAND)]));
  expect(cost('ARM64')).toBeLessThan(0.81 * cost('X86_64'));
});

test('an interface endpoint is paid by zone, a gateway endpoint not at all', () => {
  const endpoint = (properties: object) => total(idleRows([resource('Endpoint', 'EC2::VPCEndpoint', properties)]));
  expect(endpoint({ VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] })).toBeCloseTo(14.6, 6);
  expect(endpoint({ VpcEndpointType: 'Gateway' })).toBe(0);
});

test('an alarm is paid by its metrics, expressions are free', () => {
  const metric = { MetricStat: {} };
  const alarm = (properties: object) => total(idleRows([resource('Alarm', 'CloudWatch::Alarm', properties)]));
  expect(alarm({ MetricName: 'm', Period: 60 })).toBeCloseTo(0.1, 6);
  expect(alarm({ Metrics: [metric, metric, { Expression: 'm1 + m2' }] })).toBeCloseTo(0.2, 6);
  expect(alarm({ MetricName: 'm', Period: 10 })).toBeCloseTo(0.3, 6);
});

test('a type of instance without a price is named', () => {
  const group = resource('Group', 'AutoScaling::AutoScalingGroup', {
    MinSize: 1,
    MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ InstanceType: 'x99.large' }] } },
  });
  expect(() => idleRows([group])).toThrow('There is no price for instance type x99.large');
});

test('every price names its page; what nobody looked up is marked where it is used', () => {
  for (const { page } of Object.values(PRICES)) expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+\/$/);
  const text = estimateText({ stage: 'x', idle: idleRows([resource('Key', 'KMS::Key', {})]), load: undefined });
  expect(text).toMatch(/Key +1 +key +1 \* +1\.00/);
  expect(text).toContain('* from memory');
});
