import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { idleRows, total } from '../../cli/cost/estimate.ts';
import { type Load, loadRows } from '../../cli/cost/load.ts';
import { profilesTable } from '../../cli/cost/render.ts';
import { readStackResources } from '../../cli/cost/stack-resources.ts';
import { PROFILES } from '../../infra/profiles.ts';

type Name = (typeof PROFILES)[number]['name'];

const resourcesOf = (name: Name) =>
  readStackResources(join(inject('packages')[name], 'cloudformation-template-update-stack.json'), 'us-east-1');

const dollars = async (name: Name, load?: Partial<Load>) => {
  const resources = await resourcesOf(name);
  const full = { jobsPerDay: 1000, megabytes: 4, largeObjectBytes: 33_554_432, ...load };
  return total(load === undefined ? idleRows(resources) : loadRows(full, resources));
};

test.each(PROFILES.map(({ name }) => name))(
  'every resource of %s has a price, or a reason to be free',
  async (name) => {
    const rows = idleRows(await resourcesOf(name));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      expect(row).toMatchObject({ dollars: expect.closeTo(row.amount * row.unitDollars, 6) });
      expect(Number.isFinite(row.amount) && row.amount > 0).toBe(true);
    }
  },
);

test('a resource that nobody has thought of is an error, not free', async () => {
  const resources = [...(await resourcesOf('dev')), { logicalId: 'Db', type: 'AWS::RDS::DBInstance', properties: {} }];
  expect(() => idleRows(resources)).toThrow('Nobody has said what these cost: AWS::RDS::DBInstance.');
});

test('the table of docs/deploy.md is what "npm run cost -- --all" prints', async () => {
  const estimates = await Promise.all(
    PROFILES.map(async ({ name }) => ({ stage: name, idle: idleRows(await resourcesOf(name)) })),
  );
  const docs = await readFile(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  expect(docs).toContain(profilesTable(estimates));
});

describe('what a load costs', () => {
  test('grows with the jobs and with their size, and is nothing without jobs', async () => {
    expect(await dollars('dev', { jobsPerDay: 0 })).toBe(0);
    const one = await dollars('dev', {});
    expect(await dollars('dev', { jobsPerDay: 2000 })).toBeCloseTo(2 * one, 6);
    expect(await dollars('dev', { megabytes: 8 })).toBeGreaterThan(one);
  });

  test('a job with a task of its own costs at least a minute of it', async () => {
    const seconds = (await dollars('dev', { megabytes: 40 })) - (await dollars('dev', { megabytes: 30 }));
    const minute = (0.04048 + 2 * 0.004445 + 0.005) / 60;
    expect(seconds).toBeGreaterThan(1000 * 30 * minute * 0.9);
  });

  test('work on instances is paid by the machine, and costs something', async () => {
    const rows = loadRows({ jobsPerDay: 1000, megabytes: 4, largeObjectBytes: 1e9 }, await resourcesOf('ec2'));
    expect(rows.filter(({ unit, dollars: sum }) => /\.\w+ hour$/.test(unit) && sum > 0)).toHaveLength(1);
    expect(rows.filter(({ unit }) => unit === 'vCPU-hour')).toEqual([]);
  });
});
