import type { Bar, Chart } from './area.ts';
import { figure } from './numbers.ts';

const COLOURS = { ours: '#2368a0', peer: '#a8b2bd', limit: '#d5dae0' } as const satisfies Record<Bar['kind'], string>;
const WIDTH = 760;
/** Room for the widest usual letters of a label, and around it. */
const LETTER = 7;
const BESIDE_LABEL = 30;
const ROW = 26;
const TOP = 56;
/** Room for a figure behind the longest bar. */
const RIGHT = 90;

/** Draws bars, the longest as long as there is room; in the style of docs/system.svg. */
export function drawBars({ title, unit, bars }: Chart): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const height = TOP + bars.length * ROW + 18;
  const labels = BESIDE_LABEL + LETTER * Math.max(...bars.map(({ label }) => label.length));
  const drawn = bars.map((bar, index) => drawBar(bar, { labels, most, y: TOP + index * ROW })).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="${escapeXml(title)}">
<style>.title{fill:#24303c;font-size:15px;font-weight:600}.unit{fill:#5a6472;font-size:12px}.label{fill:#24303c;font-size:12px;text-anchor:end}.value{fill:#24303c;font-size:12px}</style>
<rect width="${WIDTH}" height="${height}" rx="12" fill="#f6f8fa"/>
<text x="20" y="27" class="title">${escapeXml(title)}</text>
<text x="20" y="45" class="unit">${escapeXml(unit)}</text>
${drawn}
</svg>
`;
}

function drawBar(
  { label, value, kind }: Bar,
  { labels, most, y }: { readonly labels: number; readonly most: number; readonly y: number },
): string {
  const length = Math.max(1, (value / most) * (WIDTH - labels - RIGHT));
  return `<text x="${labels - 10}" y="${y + 15}" class="label">${escapeXml(label)}</text>
<rect x="${labels}" y="${y + 2}" width="${length.toFixed(1)}" height="18" rx="3" fill="${COLOURS[kind]}"/>
<text x="${(labels + length + 6).toFixed(1)}" y="${y + 15}" class="value">${figure(value)}</text>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
