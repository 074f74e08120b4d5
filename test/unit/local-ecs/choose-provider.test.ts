import { describe, expect, it } from 'vitest';
import { chooseProvider } from '../../../infra/local/ecs/placement.ts';

describe('the capacity provider of a task', () => {
  it('is that of the base first, then by weight', () => {
    const strategy = [
      { capacityProvider: 'FARGATE', base: 1, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 3 },
    ];
    const chosen = Array.from({ length: 9 }, (_, index) => chooseProvider(strategy, index));
    expect(chosen[0]).toBe('FARGATE');
    expect(chosen.slice(1).filter((name) => name === 'FARGATE_SPOT')).toHaveLength(6);
  });

  it('is that of the base when nothing else has a weight, and none without a strategy', () => {
    expect(chooseProvider([{ capacityProvider: 'FARGATE', base: 1, weight: 0 }], 5)).toBe('FARGATE');
    expect(chooseProvider([], 0)).toBeUndefined();
  });
});
