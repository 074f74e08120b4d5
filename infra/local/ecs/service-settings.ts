import { z } from 'zod';
import { flag, wholeNumber } from './input-types.ts';

const DEFAULTS = { minimumHealthyPercent: 100, maximumPercent: 200 };

/** How a roll-out goes; the defaults are those of AWS for a service of replicas. */
export const deploymentConfiguration = z.strictObject({
  minimumHealthyPercent: wholeNumber.default(DEFAULTS.minimumHealthyPercent),
  maximumPercent: wholeNumber.default(DEFAULTS.maximumPercent),
  deploymentCircuitBreaker: z
    .strictObject({ enable: flag, rollback: flag })
    .default({ enable: false, rollback: false }),
  alarms: z.strictObject({ alarmNames: z.array(z.string()).min(1), enable: flag, rollback: flag }).exactOptional(),
  // Only rolling updates are made.
  strategy: z.literal('ROLLING').exactOptional(),
});

/** The configuration of a service that says nothing about it. */
export const DEFAULT_DEPLOYMENT = {
  ...DEFAULTS,
  deploymentCircuitBreaker: { enable: false, rollback: false },
} as const;
