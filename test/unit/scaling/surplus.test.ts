import { expect, it } from 'vitest';
import { surplusTasks } from '../../../core/scaling/surplus.ts';

it.each([
  ['none while there are as many as wanted', ['a', 'b'], 2, [], []],
  ['none while some still start', ['a'], 3, [], []],
  ['as few as there are too many', ['a', 'b', 'c'], 2, [], ['a']],
  ['those of before first, as they are the closest to their end', ['a', 'b', 'c'], 1, ['c'], ['c', 'a']],
  ['no task that is gone', ['b', 'c'], 1, ['a', 'c'], ['c']],
  ['fewer again when more are wanted', ['a', 'b', 'c'], 2, ['b', 'c'], ['b']],
  ['all of them at zero', ['a', 'b'], 0, [], ['a', 'b']],
])('%s', (_, tasks, wanted, before, expected) => {
  expect(surplusTasks({ tasks, wanted, before })).toEqual(expected);
});
