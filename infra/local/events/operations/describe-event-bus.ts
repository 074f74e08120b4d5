import { z } from 'zod';
import { arn } from '../../account.ts';
import { operation } from '../../service.ts';
import { eventBusName } from '../default-bus.ts';
import type { EventsContext } from './context.ts';

/** Describes the default bus. */
export const describeEventBus = operation(
  'DescribeEventBus',
  z.strictObject({ Name: eventBusName }),
  ({ region }: EventsContext, input) => ({ Name: input.Name, Arn: arn('events', region, `event-bus/${input.Name}`) }),
);
