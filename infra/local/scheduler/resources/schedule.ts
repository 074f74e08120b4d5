import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { scheduleFields, scheduleName } from '../schedule.ts';
import type { SchedulerStore } from '../store.ts';

const date = z.iso
  .datetime({ offset: true, local: true })
  .transform((text) => Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`))
  .optional();

const properties = z.strictObject({ ...scheduleFields, Name: scheduleName.optional(), StartDate: date, EndDate: date });

/** AWS::Scheduler::Schedule: `Ref` is the name. A boot leaves the time of the next firing as it was. */
export function scheduleProvider(store: SchedulerStore, clock: Clock): ResourceProvider {
  return resourceProvider('AWS::Scheduler::Schedule', properties, (wanted, resource) => {
    const { StartDate, EndDate, Name = resource.generatedName.slice(-64), ...fields } = wanted;
    const schedule = {
      ...fields,
      Name,
      ...(StartDate === undefined ? {} : { startDate: StartDate }),
      ...(EndDate === undefined ? {} : { endDate: EndDate }),
    };
    store.put(schedule, clock.now());
    return { ref: Name, attributes: { Arn: store.arnOf(schedule) } };
  });
}
