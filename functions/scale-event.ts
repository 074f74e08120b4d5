import * as z from 'zod';

/** What brings the scaler up: a tick of its schedule, or an upload that EventBridge tells of while the scaler sleeps. */
export const scaleEventSchema = z
  .looseObject({ 'detail-type': z.string().optional() })
  .transform((event): ScaleEvent => ({ kind: event['detail-type'] === 'Object Created' ? 'wake' : 'tick' }));

/** See scaleEventSchema. */
export interface ScaleEvent {
  readonly kind: 'tick' | 'wake';
}
