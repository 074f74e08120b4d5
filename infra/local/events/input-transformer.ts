import { AwsError } from '../http/aws-error.ts';
import { compileJsonPath } from './json-path.ts';

/** A target's InputTransformer, as the API has it. */
export interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
  readonly InputTemplate: string;
}

/** What the predefined variables of an input template stand for. */
export interface TransformContext {
  readonly ruleName: string;
  readonly ruleArn: string;
  /** ISO 8601. */
  readonly ingestionTime: string;
}

/** An event as targets get it. */
export type Envelope = Readonly<Record<string, unknown>> & { readonly detail: unknown };

const VARIABLE = /^<([\w.-]+)>/;
const RESERVED = [
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
];

/**
 * Compiles an input transformer. Outside quotes a variable becomes JSON, inside quotes its text; one without a value
 * becomes nothing. Throws ValidationException for a variable that nothing defines.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileInputTransformer(transformer: InputTransformer) {
  const paths = new Map(
    Object.entries(transformer.InputPathsMap ?? {}).map(([name, path]) => [name, compileJsonPath(path)] as const),
  );
  const parts = partsOf(transformer.InputTemplate);
  for (const part of parts) {
    if (typeof part !== 'string' && !paths.has(part.variable) && !RESERVED.includes(part.variable)) {
      throw new AwsError(
        'ValidationException',
        `InputTemplate uses <${part.variable}>, which InputPathsMap does not define.`,
      );
    }
  }
  return (envelope: Envelope, context: TransformContext): string => {
    const predefined = predefinedValues(envelope, context);
    return parts
      .map((part) => {
        if (typeof part === 'string') return part;
        const value = predefined.has(part.variable)
          ? predefined.get(part.variable)
          : paths.get(part.variable)?.(envelope);
        return part.quoted ? textInsideQuotes(value) : (JSON.stringify(value) ?? '');
      })
      .join('');
  };
}

type Part = string | { readonly variable: string; readonly quoted: boolean };

function partsOf(template: string): Part[] {
  const parts: Part[] = [];
  let quoted = false;
  for (let index = 0; index < template.length; index += 1) {
    const character = template[index] ?? '';
    const variable = character === '<' ? VARIABLE.exec(template.slice(index))?.[1] : undefined;
    if (variable !== undefined) {
      parts.push({ variable, quoted });
      index += variable.length + 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    const escaped = character === '\\' ? (template[index + 1] ?? '') : '';
    parts.push(character + escaped);
    index += escaped.length;
  }
  return parts;
}

function predefinedValues(envelope: Envelope, context: TransformContext): Map<string, unknown> {
  const { detail: _detail, ...withoutDetail } = envelope;
  return new Map<string, unknown>([
    ['aws.events.rule-arn', context.ruleArn],
    ['aws.events.rule-name', context.ruleName],
    ['aws.events.event.ingestion-time', context.ingestionTime],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', envelope],
  ]);
}

function textInsideQuotes(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}
