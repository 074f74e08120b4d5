import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeNumber } from '../../../core/whole-number.ts';

test('a whole number reads as English writes it', () => {
  const values = [0, 999, 1_000, 30_720, 1_234_567, -4_096];
  expect(values.map(wholeNumber)).toEqual(['0', '999', '1,000', '30,720', '1,234,567', '-4,096']);
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      expect(wholeNumber(value)).toBe(value.toLocaleString('en-US'));
    }),
  );
});
