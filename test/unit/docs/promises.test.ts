import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');

/** Rows of the table below a heading, cell by cell, without its head. */
function rowsBelow(heading: string): string[][] {
  const [, rest = ''] = readme.split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
}

/** Titles that follow a link to a file of tests, up to the next link. */
function testsOf(cell: string): { file: string; titles: string[] }[] {
  return [...cell.matchAll(/\]\((test\/[^)]+)\)([^[]*)/g)].map(([, file = '', after = '']) => ({
    file,
    titles: [...after.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
  }));
}

describe('the README’s promises', () => {
  const rows = rowsBelow('What happens when…').filter(([when]) => !when?.startsWith('**not promised**'));

  it('are many, and say what is not promised', () => {
    expect(rows.length).toBeGreaterThanOrEqual(17);
    expect(readme).toContain('| **not promised** |');
  });

  it.each(rows.map(([when = '', , shownBy = '']) => [when, testsOf(shownBy)] as const))(
    '%s: the tests that it names are there',
    (_, tests) => {
      expect(tests.length).toBeGreaterThan(0);
      for (const { file, titles } of tests) {
        expect(existsSync(root + file), file).toBe(true);
        expect(titles.length, file).toBeGreaterThan(0);
        const text = readFileSync(root + file, 'utf8');
        expect(titles.filter((title) => !text.includes(title))).toEqual([]);
      }
    },
  );
});
