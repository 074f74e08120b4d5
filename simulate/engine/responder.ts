import type { Random } from '../random.ts';
import { AWS, type ResponderSetting } from '../setting.ts';

/** The first responder: a Lambda function behind an event source mapping of the same queue. */
export interface Responder {
  /** Messages that it could take now. */
  room(at: number): number;
  /** Takes a message; gives the moment when it is done with `jobSeconds` of work. */
  take(at: number, jobSeconds: number): number;
  release(at: number): void;
  /** Enables or disables its mapping; that takes a while. */
  enable(on: boolean, at: number): void;
  readonly active: () => number;
  readonly jobs: () => number;
  readonly billedSeconds: () => number;
  /** Seconds for which the mapping was enabled, until `at`. */
  enabledSeconds(at: number): number;
}

export function createResponder({ concurrency }: ResponderSetting, random: Random): Responder {
  let active = 0;
  let jobs = 0;
  let billed = 0;
  let enabled = true;
  let change: { readonly at: number; readonly to: boolean } | undefined;
  let countedAt = 0;
  let enabledSeconds = 0;
  /** Pollers grow while there is work and are five again when there is none. */
  let busySince = Number.NaN;
  /** When each idle environment was used last, the longest ago first. */
  const idle: number[] = [];

  function count(at: number): void {
    if (enabled) enabledSeconds += at - countedAt;
    countedAt = at;
    if (change !== undefined && change.at <= at) {
      enabled = change.to;
      change = undefined;
    }
  }

  return {
    active: () => active,
    jobs: () => jobs,
    billedSeconds: () => billed,
    room(at) {
      count(at);
      if (!enabled) return 0;
      const grown = Number.isNaN(busySince) ? 0 : Math.floor((at - busySince) * AWS.pollersPerSecond);
      return Math.min(concurrency, AWS.pollers + grown) - active;
    },
    take(at, jobSeconds) {
      if (Number.isNaN(busySince)) busySince = at;
      while (idle.length > 0 && at - (idle[0] ?? at) > AWS.environmentSeconds) idle.shift();
      const warm = idle.pop() !== undefined;
      const start = warm ? 0 : random.lognormal(AWS.coldStartSeconds, 0.3);
      active += 1;
      jobs += 1;
      billed += (warm ? 0 : AWS.billedStartSeconds) + jobSeconds;
      return at + AWS.invokeSeconds + start + jobSeconds;
    },
    release(at) {
      active -= 1;
      if (active === 0) busySince = Number.NaN;
      idle.push(at);
    },
    enable(on, at) {
      if (on !== (change?.to ?? enabled)) change = { at: at + AWS.mappingSeconds, to: on };
    },
    enabledSeconds(at) {
      count(at);
      return enabledSeconds;
    },
  };
}
