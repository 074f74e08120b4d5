import type { Clock } from '../clock.ts';
import type { WireService } from '../http/wire.ts';
import type { Deliver, PublishEvent } from '../ports.ts';
import type { FaultScript } from './fault-script.ts';
import { faultyDeliver, faultyPublish } from './faulty-bus.ts';
import { faultyWire } from './faulty-wire.ts';
import { faultRecorder } from './record-faults.ts';
import { type TaskEnvironment, taskEnvironment } from './task-environment.ts';

export type { FaultScript } from './fault-script.ts';

/** Where the composition lets a fault script in. Without a script each of them changes nothing. */
export interface Faults {
  /** `name` is what rules call the service; its first signing name when left out. */
  wire(service: WireService, name?: string): WireService;
  publish(publish: PublishEvent): PublishEvent;
  deliver(deliver: Deliver): Deliver;
  readonly taskEnvironment: TaskEnvironment;
}

const NO_FAULTS: FaultScript = { requests: [], events: [], deliveries: [], tasks: [] };

/** Reads a script into the hooks of the composition. Faults that happen are written to `faults.jsonl` in `directory`. */
export function faultsOf(
  script: FaultScript = NO_FAULTS,
  options: {
    readonly clock: Clock;
    readonly directory: string;
    readonly principalArn: (accessKeyId: string) => string;
  },
): Faults {
  const record = faultRecorder(options.directory, options.clock);
  return {
    wire: faultyWire({ ...options, rules: script.requests, record }),
    publish: faultyPublish(script.events, record),
    deliver: faultyDeliver(script.deliveries, options.clock, record),
    taskEnvironment: taskEnvironment(script.tasks, record),
  };
}
