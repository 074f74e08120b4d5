import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../infra/local/database.ts';
import { type GroupCommit, groupCommit } from '../../../infra/local/group-commit.ts';
import { AwsError } from '../../../infra/local/http/aws-error.ts';
import { risingNumbers } from '../../../infra/local/sequence.ts';
import { settle } from '../../support/until.ts';

let directory: string;
let database: DatabaseSync;
let lost: number;
let commits: GroupCommit;
let committed: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-commit-'));
  database = openDatabase(directory);
  database.exec('CREATE TABLE item (name TEXT PRIMARY KEY) STRICT; CREATE TABLE number (value INTEGER NOT NULL)');
  database.exec('INSERT INTO number VALUES (0)');
  lost = 0;
  commits = groupCommit(database, () => {
    lost += 1;
  });
  committed = [];
});
afterEach(() => {
  if (database.isOpen) database.close();
  rmSync(directory, { recursive: true, force: true });
});

const add = (name: string) => {
  database.prepare('INSERT INTO item VALUES (?)').run(name);
  return name;
};
const names = () =>
  database
    .prepare('SELECT name FROM item ORDER BY name')
    .all()
    .map(({ name }) => name);

describe('changes of one moment', () => {
  test('are one transaction, and nobody hears of his before it is committed', async () => {
    const answers = ['a', 'b', 'c'].map((name) =>
      commits
        .run(() => {
          expect(database.isTransaction).toBe(true);
          return add(name);
        })
        .then((answer) => {
          expect(database.isTransaction).toBe(false);
          committed.push(answer);
        }),
    );
    expect(names()).toEqual([]);
    await Promise.all(answers);
    expect(committed).toEqual(['a', 'b', 'c']);
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  test('fail one by one: what one of them has stored before is taken back, the others stay', async () => {
    const refused = commits.run(() => {
      add('b');
      throw new AwsError('PreconditionFailed', 'No.');
    });
    const kept = [commits.run(() => add('a')), commits.run(() => add('c'))];
    await expect(refused).rejects.toThrow('No.');
    await Promise.all(kept);
    expect(names()).toEqual(['a', 'c']);
    expect(lost).toBe(0);
  });

  test('that the database itself refuses are told of, for what was noted elsewhere', async () => {
    await expect(commits.run(() => add('a')).then(() => commits.run(() => add('a')))).rejects.toThrow('UNIQUE');
    expect(lost).toBe(1);
  });

  test('are refused together when they cannot be committed', async () => {
    const answers = ['a', 'b'].map((name) => commits.run(() => add(name)));
    database.close();
    for (const answer of answers) await expect(answer).rejects.toThrow();
    expect(lost).toBe(0);
  });

  test('of a change that comes while others are made come in the next transaction', async () => {
    const inner = commits.run(() => commits.run(() => add('inner')));
    await inner;
    expect(names()).toEqual(['inner']);
  });
});

describe('rising numbers', () => {
  test('rise, over restarts too, and over what is rolled back', async () => {
    const next = risingNumbers(database, 'number');
    const first = [next(), next()];
    database.exec('BEGIN');
    for (let count = 0; count < 60_000; count += 1) next();
    database.exec('ROLLBACK');
    const last = next();
    expect(first[1]).toBe((first[0] ?? 0) + 1);
    expect(last).toBe((first[0] ?? 0) + 60_002);
    await settle();
    for (let count = 0; count < 60_000; count += 1) next();
    const highest = next();
    database.close();
    database = openDatabase(directory);
    expect(risingNumbers(database, 'number')()).toBeGreaterThan(highest);
  });
});

test('the database file is this process’s alone', () => {
  add('a');
  const other = new DatabaseSync(join(directory, 'slipway.sqlite'));
  expect(() => other.prepare('SELECT * FROM item').all()).toThrow('locked');
  other.close();
});
