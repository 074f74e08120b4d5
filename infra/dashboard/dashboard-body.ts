import { type CostOptions, costing } from './costing.ts';
import { failing } from './failing.ts';
import { keepingUp } from './keeping-up.ts';
import { layOut } from './widgets.ts';

/** The dashboard's body as JSON text for `Fn::Sub`, which puts names and ARNs in. */
export function dashboardBody(options: CostOptions): string {
  const widgets = [...keepingUp(options), ...failing(options), ...costing(options)];
  return JSON.stringify({ start: '-PT12H', widgets: layOut(widgets) }, null, 1);
}
