/** Draws docs/system.svg: `npm run draw`. The picture's only source is the table of boxes and arrows below. */
import { writeFile } from 'node:fs/promises';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly title: string;
  readonly note: string;
  readonly kind: 'store' | 'event' | 'queue' | 'function' | 'task';
}

const HEIGHT = 54;
const COLOURS = { store: '#2f7d5b', event: '#b0487e', queue: '#a35a1c', function: '#5b55b5', task: '#2368a0' } as const;

const BOXES = {
  inbox: { x: 20, y: 110, width: 120, title: 'S3 inbox', note: 'one object, one job', kind: 'store' },
  bus: { x: 180, y: 110, width: 130, title: 'EventBridge', note: 'rules by object size', kind: 'event' },
  jobs: { x: 360, y: 40, width: 140, title: 'JobQueue', note: 'objects up to 32 MiB', kind: 'queue' },
  launches: { x: 360, y: 180, width: 140, title: 'LaunchQueue', note: 'larger objects', kind: 'queue' },
  launcher: {
    x: 540,
    y: 180,
    width: 180,
    title: 'λ on-object-created',
    note: 'sizes the task, RunTask',
    kind: 'function',
  },
  service: { x: 760, y: 40, width: 170, title: 'Fargate service', note: '0…N tasks, by queue depth', kind: 'task' },
  task: { x: 760, y: 180, width: 170, title: 'Fargate task', note: 'one job, its own size', kind: 'task' },
  results: { x: 980, y: 80, width: 150, title: 'S3 results', note: 'one outcome per version', kind: 'store' },
  efs: { x: 980, y: 160, width: 150, title: 'EFS', note: 'the same outputs, shared', kind: 'store' },
  scheduler: { x: 20, y: 290, width: 120, title: 'Scheduler', note: 'every hour', kind: 'event' },
  onSchedule: { x: 180, y: 290, width: 130, title: 'λ on-schedule', note: 'one sweep at a time', kind: 'function' },
  sweep: { x: 360, y: 290, width: 140, title: 'Sweep task', note: 'finds what was lost', kind: 'task' },
  stopped: { x: 760, y: 290, width: 170, title: 'λ on-task-stopped', note: 'why it stopped', kind: 'function' },
  alert: { x: 980, y: 290, width: 150, title: 'SNS alert', note: 'an e-mail: what, why', kind: 'event' },
} as const satisfies Record<string, Box>;

type Name = keyof typeof BOXES;

interface Arrow {
  readonly from: Name;
  readonly to: Name;
  /** Words beside the arrow, moved by `at` from its middle. */
  readonly words?: string;
  readonly at?: readonly [number, number];
  /** Pixels to the side, where two arrows run between the same boxes. */
  readonly side?: number;
}

const ARROWS: readonly Arrow[] = [
  { from: 'inbox', to: 'bus' },
  { from: 'bus', to: 'jobs', words: 'small', at: [-36, -6] },
  { from: 'bus', to: 'launches', words: 'large', at: [-36, 14] },
  { from: 'jobs', to: 'service' },
  { from: 'launches', to: 'launcher' },
  { from: 'launcher', to: 'task' },
  { from: 'service', to: 'results' },
  { from: 'service', to: 'efs' },
  { from: 'task', to: 'results' },
  { from: 'task', to: 'efs' },
  { from: 'scheduler', to: 'onSchedule' },
  { from: 'onSchedule', to: 'sweep' },
  { from: 'sweep', to: 'launches', words: 're-queues, on both ways', at: [6, 5] },
  { from: 'task', to: 'stopped', words: 'stopped', at: [6, 5], side: 40 },
  { from: 'stopped', to: 'task', words: 'again, bounded', at: [-92, 5], side: -40 },
  { from: 'stopped', to: 'alert' },
];

function edge(from: Box, to: Box): readonly [number, number, number, number] {
  if (to.x >= from.x + from.width) return [from.x + from.width, from.y + HEIGHT / 2, to.x - 4, to.y + HEIGHT / 2];
  const middle = (Math.max(from.x, to.x) + Math.min(from.x + from.width, to.x + to.width)) / 2;
  return to.y > from.y ? [middle, from.y + HEIGHT, middle, to.y - 4] : [middle, from.y, middle, to.y + HEIGHT + 4];
}

function drawArrow({ from, to, words, at = [0, 0], side = 0 }: Arrow): string {
  const [x1, y1, x2, y2] = edge(BOXES[from], BOXES[to]);
  const label = words
    ? `<text x="${(x1 + x2) / 2 + side + at[0]}" y="${(y1 + y2) / 2 + at[1]}" class="words">${words}</text>`
    : '';
  return `<path d="M${x1 + side} ${y1}L${x2 + side} ${y2}" class="arrow"/>${label}`;
}

function drawBox({ x, y, width, title, note, kind }: Box): string {
  return `<g><rect x="${x}" y="${y}" width="${width}" height="${HEIGHT}" rx="8" fill="${COLOURS[kind]}"/>
<text x="${x + width / 2}" y="${y + 23}" class="title">${title}</text>
<text x="${x + width / 2}" y="${y + 41}" class="note">${note}</text></g>`;
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1150 370" font-family="system-ui, sans-serif" role="img" aria-label="How Slipway works">
<style>.title{fill:#fff;font-size:14px;font-weight:600;text-anchor:middle}.note{fill:#fff;fill-opacity:.85;font-size:11px;text-anchor:middle}.words{fill:#5a6472;font-size:11px}.arrow{stroke:#7b8694;stroke-width:1.5;fill:none;marker-end:url(#tip)}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#7b8694"/></marker></defs>
<rect width="1150" height="370" rx="12" fill="#f6f8fa"/>
${ARROWS.map(drawArrow).join('\n')}
${Object.values(BOXES).map(drawBox).join('\n')}
</svg>
`;

await writeFile(new URL('../docs/system.svg', import.meta.url), svg);
