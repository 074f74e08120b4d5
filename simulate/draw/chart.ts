/** One curve of a panel. */
export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  /** A value a second, from the chart's first second on. */
  readonly values: readonly number[];
}

/** Curves over the same time, one panel above the other. */
export interface Chart {
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly curves: readonly Curve[] }[];
}

const WIDTH = 860;
const PANEL_HEIGHT = 130;
const LEFT = 64;
const RIGHT = 20;
const TOP = 80;
const GAP = 34;
/** Points of a curve: more cannot be told apart. */
const POINTS = 430;

/** A chart as SVG; the same style as docs/system.svg. Pure. */
export function drawChart({ title, panels }: Chart): string {
  const seconds = Math.max(...panels.flatMap(({ curves }) => curves.map(({ values }) => values.length)), 2);
  const height = TOP + panels.length * (PANEL_HEIGHT + GAP) + 14;
  const drawn = panels.map((panel, index) => drawPanel(panel, TOP + index * (PANEL_HEIGHT + GAP), seconds));
  const last = TOP + panels.length * (PANEL_HEIGHT + GAP) - GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="${title}">
<style>.title{fill:#24292f;font-size:15px;font-weight:600}.panel{fill:#24292f;font-size:12px;font-weight:600}.tick{fill:#5a6472;font-size:11px}.line{fill:none;stroke-width:1.8;stroke-linejoin:round}.grid{stroke:#d0d7de;stroke-width:1}</style>
<rect width="${WIDTH}" height="${height}" rx="12" fill="#f6f8fa"/>
<text x="${LEFT}" y="26" class="title">${title}</text>
${drawLegend(panels[0]?.curves ?? [])}
${drawn.join('\n')}
${drawTime(last, seconds)}
</svg>
`;
}

function drawLegend(curves: readonly Curve[]): string {
  let x = LEFT;
  return curves
    .map(({ name, colour, dashed }) => {
      const mark = `<path d="M${x} 41h18" class="line" stroke="${colour}"${dashed ? ' stroke-dasharray="4 3"' : ''}/><text x="${x + 23}" y="45" class="tick">${name}</text>`;
      x += 46 + name.length * 6;
      return mark;
    })
    .join('\n');
}

function drawPanel({ title, curves }: Chart['panels'][number], top: number, seconds: number): string {
  const most = roundUp(Math.max(1e-9, ...curves.flatMap(({ values }) => values)));
  const y = (value: number) => top + PANEL_HEIGHT - (value / most) * PANEL_HEIGHT;
  const grid = [0, 0.5, 1].map((share) => {
    const at = y(share * most).toFixed(1);
    return `<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" class="grid"/><text x="${LEFT - 8}" y="${Number(at) + 4}" class="tick" text-anchor="end">${(share * most).toLocaleString('en-US')}</text>`;
  });
  return `<text x="${LEFT}" y="${top - 8}" class="panel">${title}</text>
${grid.join('\n')}
${curves.map((curve) => drawCurve(curve, seconds, y)).join('\n')}`;
}

/** Of each stretch the largest value: a peak must not fall between two points. */
function drawCurve({ values, colour, dashed }: Curve, seconds: number, y: (value: number) => number): string {
  const step = Math.max(1, Math.ceil(seconds / POINTS));
  const points: (readonly [string, string])[] = [];
  for (let from = 0; from < values.length; from += step) {
    const value = Math.max(...values.slice(from, from + step));
    points.push([x(from, seconds).toFixed(1), y(value).toFixed(1)]);
  }
  // What lies between two of the same height is on their line.
  const corners = points.filter(
    ([, height], index) => height !== points[index - 1]?.[1] || height !== points[index + 1]?.[1],
  );
  return `<path d="M${corners.map((point) => point.join(' ')).join('L')}" class="line" stroke="${colour}"${dashed ? ' stroke-dasharray="4 3"' : ''}/>`;
}

function drawTime(bottom: number, seconds: number): string {
  const step =
    [10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400].find((each) => seconds / each <= 12) ?? 604_800;
  const labels: string[] = [];
  for (let at = 0; at < seconds - step / 4; at += step) {
    labels.push(
      `<text x="${x(at, seconds).toFixed(1)}" y="${bottom + 16}" class="tick" text-anchor="middle">${timeText(at)}</text>`,
    );
  }
  return labels.join('\n');
}

function timeText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}

const x = (second: number, seconds: number) => LEFT + (second / (seconds - 1)) * (WIDTH - LEFT - RIGHT);

/** The next of 1, 2, 4, 5, 6, 8 and their tenfolds. */
function roundUp(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * ten >= value) ?? 10) * ten;
}
