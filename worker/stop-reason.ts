import { SlipwayError } from '../core/errors.ts';

/** Why running work is aborted from outside: another worker may have the message, or the task has to end. */
export class StopReason extends SlipwayError {
  constructor(code: 'lease-lost' | 'draining' | 'unprotected' | 'out-of-time', message: string) {
    super(code, message, { retryable: true });
  }
}

export const leaseLost = () => new StopReason('lease-lost', 'The lease of the message was lost.');
export const draining = () => new StopReason('draining', 'The task has to stop and its time is up.');
export const unprotected = () => new StopReason('unprotected', 'ECS refused to spare the task while it works.');
export const outOfTime = () => new StopReason('out-of-time', 'The time that Lambda gives is nearly over.');
