import { AwsError } from '../http/aws-error.ts';
import { member } from './event-values.ts';

type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'every' };

const STEP = /^(?:\.([\w\-/:$@]+)|\['([^']+)'\]|\[(\d+)\]|\.(\*)|\[(\*)\])/;

/**
 * Compiles the part of JSONPath that EventBridge takes: `$`, `.name`, `['name']`, `[0]`, `[*]`. The result gives undefined
 * where the event has nothing. Throws ValidationException naming the path.
 */
export function compileJsonPath(path: string): (event: unknown) => unknown {
  const steps = stepsOf(path);
  return (event) => steps.reduce(walk, event);
}

function stepsOf(path: string): Step[] {
  if (!path.startsWith('$')) throw invalidPath(path);
  const steps: Step[] = [];
  let rest = path.slice(1);
  while (rest.length > 0) {
    const match = STEP.exec(rest);
    if (!match) throw invalidPath(path);
    const [text, name, quotedName, index] = match;
    if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else if (name !== undefined || quotedName !== undefined)
      steps.push({ kind: 'name', name: name ?? quotedName ?? '' });
    else steps.push({ kind: 'every' });
    rest = rest.slice(text.length);
  }
  return steps;
}

function walk(value: unknown, step: Step): unknown {
  if (step.kind === 'name') return member(value, step.name);
  if (step.kind === 'index') return Array.isArray(value) ? value[step.index] : undefined;
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.values(value) : undefined;
}

function invalidPath(path: string): AwsError {
  return new AwsError(
    'ValidationException',
    `Invalid JSON path '${path}': expected $ and then .name, ['name'], [0] or [*], as in $.detail.object.key.`,
  );
}
