import { PRICES, type PriceName } from './prices.ts';

/** Hours of a month, as AWS's own calculator has them. */
export const MONTH_HOURS = 730;

/** One line of an estimate. */
export interface CostRow {
  /** Whom it belongs to: a logical ID, or what a job does. */
  readonly what: string;
  readonly unit: string;
  /** Units a month. */
  readonly amount: number;
  /** Dollars a month. */
  readonly dollars: number;
  /** How many dollars one unit is. */
  readonly unitDollars: number;
  readonly known: 'read' | 'recalled';
  /** Why the amount is what it is, where that is not plain. */
  readonly note: string | undefined;
}

/** A line by a price of the list. */
export function priced(what: string, price: PriceName, amount: number, note?: string): CostRow {
  const { dollars, unit, known } = PRICES[price];
  return { what, unit, amount, dollars: dollars * amount, unitDollars: dollars, known, note };
}
