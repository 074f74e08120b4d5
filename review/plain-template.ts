import { parse, type Tags } from 'yaml';

/** Short forms of intrinsics, and what each stands for. */
const INTRINSICS: Readonly<Record<string, string>> = {
  '!Ref': 'Ref',
  '!Condition': 'Condition',
  '!GetAtt': 'Fn::GetAtt',
  '!Sub': 'Fn::Sub',
  '!Join': 'Fn::Join',
  '!Select': 'Fn::Select',
  '!Split': 'Fn::Split',
  '!If': 'Fn::If',
  '!Equals': 'Fn::Equals',
  '!Not': 'Fn::Not',
  '!And': 'Fn::And',
  '!Or': 'Fn::Or',
};

const TAGS: Tags = Object.entries(INTRINSICS).flatMap(([tag, name]) => [
  { tag, resolve: (text: string) => ({ [name]: text }) },
  { tag, collection: 'seq' as const, resolve: (items: { toJSON(): unknown }) => ({ [name]: items.toJSON() }) },
]);

/** A template in CloudFormation's own YAML, with its intrinsics in their long form. */
export function readPlainTemplate(text: string): unknown {
  return parse(text, { customTags: TAGS, logLevel: 'error' });
}
