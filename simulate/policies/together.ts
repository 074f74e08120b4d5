import type { Scaling, View } from '../engine/policy.ts';

/** Several policies of one service: who wants more than there is wins, and all must agree to less. */
export function together(...policies: readonly ((view: View) => number)[]): Scaling {
  return {
    tick(view) {
      const wanted = policies.map((policy) => policy(view));
      const more = Math.max(...wanted);
      return more > view.desired ? more : Math.min(...wanted);
    },
  };
}
