import { describe, expect, it } from 'vitest';
import { planService } from '../../../infra/local/ecs/plan-service.ts';
import { service, task } from './records.ts';

const NOW = 1_000_000;

describe('what a service does next', () => {
  it('starts what is missing', () => {
    const plan = planService(service({ desiredCount: 3 }), [task({})], NOW);
    expect(plan).toMatchObject({ start: 2, stop: [], steady: false });
  });

  it('is steady when all that is wanted runs and nothing else', () => {
    expect(planService(service({ desiredCount: 1 }), [task({})], NOW).steady).toBe(true);
    expect(planService(service({ desiredCount: 0 }), [], NOW).steady).toBe(true);
    expect(planService(service({ desiredCount: 1 }), [task({ lastStatus: 'PENDING' })], NOW).steady).toBe(false);
    const stopping = task({ desiredStatus: 'STOPPED', lastStatus: 'STOPPING' });
    expect(planService(service({ desiredCount: 1 }), [task({}), stopping], NOW).steady).toBe(false);
  });

  it('does not count a task that is on its way out', () => {
    const plan = planService(service({ desiredCount: 1 }), [task({ desiredStatus: 'STOPPED' })], NOW);
    expect(plan).toMatchObject({ start: 1, stop: [] });
  });

  it('stops tasks that do not run yet first, then the youngest', () => {
    const old = task({ taskId: 'old', times: { createdAt: 1 } });
    const young = task({ taskId: 'young', times: { createdAt: 2 } });
    const pending = task({ taskId: 'pending', lastStatus: 'PENDING', times: { createdAt: 0 } });
    const order = (desiredCount: number) =>
      planService(service({ desiredCount }), [old, young, pending], NOW).stop.map(({ taskId }) => taskId);
    expect(order(2)).toEqual(['pending']);
    expect(order(1)).toEqual(['pending', 'young']);
  });

  it('spares protected tasks, as long as they are protected', () => {
    const busy = task({ taskId: 'busy', protectedUntil: NOW + 1 });
    const free = task({ taskId: 'free', times: { createdAt: 0 } });
    expect(planService(service({ desiredCount: 1 }), [busy, free], NOW).stop).toEqual([free]);
    const empty = planService(service({ desiredCount: 0 }), [busy, free], NOW);
    expect(empty).toMatchObject({ stop: [free], heldBack: [busy] });
    expect(planService(service({ desiredCount: 0 }), [busy], NOW + 1)).toMatchObject({ stop: [busy], heldBack: [] });
  });

  it('rolls out between the minimum and the maximum', () => {
    const old = (taskId: string) => task({ taskId, startedBy: 'ecs-svc/old' });
    const both = [old('a'), old('b')];
    const rolling = (configuration: object, active = both) =>
      planService(service({ desiredCount: 2, ...configuration }), active, NOW);
    expect(rolling({})).toMatchObject({ start: 2, stop: [] });
    expect(rolling({}, [...both, task({ taskId: 'new' })]).stop).toHaveLength(1);
    expect(rolling(percent(50, 100))).toMatchObject({ start: 0, stop: [both[0]] });
    expect(rolling(percent(0, 100)).stop).toHaveLength(2);
  });

  it('never ends a protected task for a roll-out', () => {
    const busy = task({ startedBy: 'ecs-svc/old', protectedUntil: NOW + 1 });
    const plan = planService(service({ desiredCount: 1 }), [busy, task({ taskId: 'new' })], NOW);
    expect(plan).toMatchObject({ start: 0, stop: [], heldBack: [busy], steady: false });
  });
});

function percent(minimumHealthyPercent: number, maximumPercent: number) {
  const deploymentCircuitBreaker = { enable: false, rollback: false };
  return { deploymentConfiguration: { minimumHealthyPercent, maximumPercent, deploymentCircuitBreaker } };
}
