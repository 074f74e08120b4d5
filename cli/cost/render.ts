import { formatTable } from '../process/format.ts';
import { total } from './estimate.ts';
import { PRICE_LIST } from './prices.ts';
import type { CostRow } from './row.ts';

/** An estimate as a person reads it. */
export interface Estimate {
  readonly stage: string;
  readonly idle: readonly CostRow[];
  /** Undefined when nobody said how much there is to do. */
  readonly load: readonly CostRow[] | undefined;
}

/** Tables of rows and sums. `*` marks a price that nobody looked up. Pure. */
export function estimateText({ stage, idle, load }: Estimate): string {
  const rows = [...idle, ...(load ?? [])];
  const parts = [
    `Stage ${stage}: list prices of ${PRICE_LIST.region} as of ${PRICE_LIST.date}, without free tiers, discounts and taxes.`,
    '',
    formatTable([HEAD, ...gathered(idle).map(cells), sum('idle', total(idle))]),
  ];
  if (load !== undefined) {
    const head = HEAD.with(0, 'with this load');
    parts.push(
      '',
      formatTable([head, ...gathered(load).map(cells), sum('load', total(load)), sum('together', total(rows))]),
    );
  }
  if (rows.some(({ known }) => known === 'recalled')) {
    parts.push('', '* from memory, not looked up for this list: check it before you rely on it.');
  }
  return parts.join('\n');
}

/** The idle cost of several stages, as the table of docs/deploy.md. Pure. */
export function profilesTable(
  estimates: readonly { readonly stage: string; readonly idle: readonly CostRow[] }[],
): string {
  const lines = estimates.map(({ stage, idle }) => {
    const largest = byResource(idle)
      .slice(0, 3)
      .map(([what, dollars]) => `${what} ${money(dollars)}`)
      .join(', ');
    return `| \`${stage}\` | ${money(total(idle))} | ${largest} |`;
  });
  return ['| profile | idle, a month | most of it |', '|---|---|---|', ...lines].join('\n');
}

const HEAD = ['what', 'amount', 'unit', '$ a unit', '$ a month', ''];

function cells(row: CostRow): string[] {
  if (row.unit === '') return [row.what, '', '', '', row.dollars.toFixed(2), row.note ?? ''];
  const unit = row.known === 'recalled' ? `${number(row.unitDollars)} *` : number(row.unitDollars);
  return [row.what, number(row.amount), row.unit, unit, row.dollars.toFixed(2), row.note ?? ''];
}

function sum(name: string, dollars: number): string[] {
  return [name.toUpperCase(), '', '', '', dollars.toFixed(2), ''];
}

/** Less than this is no line of its own, dollars. */
const SMALL = 0.005;

/** Resources that cost the same by the same price are one line: alarms, endpoints; and so is what costs next to nothing. */
function gathered(rows: readonly CostRow[]): CostRow[] {
  const groups = new Map<string, CostRow[]>();
  const small = rows.filter(({ dollars }) => dollars < SMALL);
  for (const row of rows) {
    if (row.dollars < SMALL) continue;
    const key = [row.unit, row.unitDollars, row.amount, row.note].join('\0');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const lines = [...groups.values()].map((group) => {
    const [first] = group as [CostRow];
    return group.length === 1 ? first : { ...first, ...added(group), what: `${group.length} ${kindOf(first)}` };
  });
  if (small.length === 0) return lines;
  const others = {
    what: `${small.length} others`,
    unit: '',
    amount: 0,
    unitDollars: 0,
    note: 'less than half a cent each',
  };
  return [...lines, { ...others, known: 'read', dollars: total(small) }];
}

/** What people call those that are paid by a unit. */
function kindOf({ unit, what }: CostRow): string {
  const kinds: Readonly<Record<string, string>> = {
    'alarm metric': 'alarms',
    'endpoint-hour': 'endpoints',
    key: 'keys',
    metric: 'Container Insights',
  };
  return kinds[unit] ?? what;
}

function added(group: readonly CostRow[]): { amount: number; dollars: number } {
  return { amount: group.reduce((all, { amount }) => all + amount, 0), dollars: total(group) };
}

/** Dollars by resource, the dearest first. */
function byResource(rows: readonly CostRow[]): (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const name = row.unit === 'alarm' ? 'alarms' : kindOf(row);
    sums.set(name, (sums.get(name) ?? 0) + row.dollars);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

const money = (dollars: number) => `$${dollars.toFixed(2)}`;

/** Three digits that matter, without an exponent. */
function number(value: number): string {
  if (value === 0) return '0';
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value
    .toFixed(Math.max(0, 2 - Math.floor(Math.log10(value))))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}
