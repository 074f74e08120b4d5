import { PRICE_LIST } from '../cost/prices.ts';
import { countTypes, type StackResource } from '../cost/stack-resources.ts';
import { formatTable } from '../process/format.ts';
import type { Caller } from './checks.ts';

export interface Plan {
  readonly stage: string;
  readonly region: string;
  readonly caller: Caller;
  readonly exists: boolean;
  readonly image: string;
  readonly resources: readonly StackResource[];
  /** Dollars a month of list prices. */
  readonly idleDollars: number;
}

/** What a deployment would do, before anybody is asked. Pure. */
export function planText(plan: Plan): string {
  const counts = countTypes(plan.resources);
  const rows = counts.map(([type, count]) => [`  ${String(count).padStart(3)}`, type.replace(/^AWS::/, '')]);
  const half = Math.ceil(rows.length / 2);
  const columns = rows.slice(0, half).map((row, index) => [...row, ...(rows[half + index] ?? [])]);
  const verb = plan.exists ? 'Updates' : 'Creates';
  return [
    `${verb} stack slipway-${plan.stage} in ${plan.region}, account ${plan.caller.account}: ${plan.resources.length} resources`,
    formatTable(columns),
    `Image: ${plan.image}`,
    `Idle, it costs about $${plan.idleDollars.toFixed(2)} a month (list prices of ${PRICE_LIST.region}, ${PRICE_LIST.date}, no free tier; npm run cost -- --stage ${plan.stage}).`,
  ].join('\n');
}
