import type { Deliver } from '../../infra/local/ports.ts';

export interface Delivered {
  readonly arn: string;
  readonly sourceArn: string;
  readonly payload: string;
  readonly attributes: Readonly<Record<string, string>> | undefined;
}

/** A Deliver that keeps what it is given. `answer` may throw, or wait, per delivery. */
export function recordingDeliver(answer: (delivered: Delivered) => void | Promise<void> = () => {}) {
  const delivered: Delivered[] = [];
  const tried: Delivered[] = [];
  const deliver: Deliver = async (target, payload, options) => {
    const delivery = { ...target, payload, attributes: options?.messageAttributes };
    tried.push(delivery);
    await answer(delivery);
    delivered.push(delivery);
  };
  return { deliver, delivered, tried };
}
