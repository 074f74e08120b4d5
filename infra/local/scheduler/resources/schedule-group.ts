import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { scheduleName } from '../schedule.ts';
import type { SchedulerStore } from '../store.ts';

const properties = z.strictObject({
  Name: scheduleName.optional(),
  // Tags do nothing locally.
  Tags: z.array(z.unknown()).optional(),
});

/** AWS::Scheduler::ScheduleGroup: `Ref` is the name. */
export function scheduleGroupProvider(store: SchedulerStore, clock: Clock): ResourceProvider {
  return resourceProvider('AWS::Scheduler::ScheduleGroup', properties, (wanted, resource) => {
    const name = wanted.Name ?? resource.generatedName.slice(-64);
    store.createGroup(name, clock.now());
    const attributes = { Arn: store.groupArn(name), State: 'ACTIVE' };
    return { ref: name, attributes };
  });
}
