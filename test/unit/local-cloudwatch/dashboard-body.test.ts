import { expect, test } from 'vitest';
import { checkDashboardBody } from '../../../infra/local/cloudwatch/dashboard-body.ts';

const widget = (properties: object, more: object = {}) => ({ type: 'metric', properties, ...more });
const chart = (...metrics: unknown[]) => widget({ region: 'eu-west-1', metrics });
const check = (...widgets: unknown[]) => checkDashboardBody(JSON.stringify({ widgets }));

test.each([
  [
    'a metric with dimensions and options',
    chart(['AWS/SQS', 'Age', 'QueueName', 'jobs', { label: 'age', stat: 'Sum' }]),
  ],
  [
    'an expression over an ID',
    chart(['Test', 'M', { id: 'm1', visible: false }], [{ expression: 'm1 * 2', label: 'two' }]),
  ],
  ['a text', { type: 'text', x: 0, y: 0, width: 24, height: 1, properties: { markdown: '# Hello' } }],
  ['a query over logs', { type: 'log', properties: { region: 'eu-west-1', query: "SOURCE 'g' | fields @message" } }],
])('takes %s', (_name, body) => {
  expect(() => check(body)).not.toThrow();
});

test.each([
  ['no JSON', '{', 'it is no JSON'],
  ['an unknown type', JSON.stringify({ widgets: [{ type: 'pie', properties: {} }] }), '/widgets/0/type'],
  [
    'a widget wider than the grid',
    JSON.stringify({ widgets: [{ ...chart(['T', 'M']), width: 25 }] }),
    '/widgets/0/width',
  ],
  ['a dimension without a value', JSON.stringify({ widgets: [chart(['T', 'M', 'Queue'])] }), 'dimensions in pairs'],
  ['an expression over nothing', JSON.stringify({ widgets: [chart([{ expression: 'm1 + 1' }])] }), 'names m1'],
  ['a chart without a region', JSON.stringify({ widgets: [widget({ metrics: [['T', 'M']] })] }), 'properties/region'],
  [
    'a name that is no ARN',
    JSON.stringify({ widgets: [{ type: 'alarm', properties: { alarms: ['a'] } }] }),
    'ARN of an alarm',
  ],
])('refuses %s, and says where', (_name, body, place) => {
  expect(() => checkDashboardBody(body)).toThrow(place);
});
