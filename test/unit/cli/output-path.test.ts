import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputPath } from '../../../cli/process/output-path.ts';

const at = (...parts: string[]) => join(resolve('out'), ...parts);

describe('the path of an output', () => {
  it.each([
    ['pictures/a b+c%25 ä😀.jpg', 'thumb.webp'],
    ['.hidden/..almost', 'thumb.webp'],
    ['x', 'a'.repeat(200)],
  ])('is the key and the name, as they are: %s', (key, name) => {
    expect(outputPath('out', key, name)).toBe(at(...key.split('/'), name));
  });

  it.each([
    '../up',
    '../../../../etc/passwd',
    'a/../../b',
    '.',
    '..',
    '/absolute',
    'a//b',
    'a/',
    'nul\0byte',
    'x'.repeat(1024),
  ])('stays below the directory, each part a name of its own: %j', (key) => {
    const path = outputPath('out', key, 'thumb.webp');
    expect(path.startsWith(resolve('out') + sep)).toBe(true);
    const parts = path.slice(resolve('out').length + 1).split(sep);
    expect(parts).toHaveLength(key.split('/').length + 1);
  });

  it('stays below the directory whatever the name is', () => {
    for (const name of ['..', '../../x', '/', '', 'a/b']) {
      expect(outputPath('out', 'k', name).startsWith(at('k') + sep), name).toBe(true);
    }
  });

  it('is a possible one for any key, and no other key has it', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('', '.', '..', '...', '~', '\0'),
    );
    const key = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(key, key, (one, other) => {
        const path = outputPath('out', one, 'thumb.webp');
        expect(path.startsWith(resolve('out') + sep)).toBe(true);
        expect(path).not.toContain('\0');
        expect(path.isWellFormed()).toBe(true);
        for (const name of path.split(sep)) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(outputPath('out', other, 'thumb.webp') === path).toBe(one === other);
      }),
      { numRuns: 300 },
    );
  });
});
