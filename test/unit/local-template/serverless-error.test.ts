import { expect, test } from 'vitest';
import { serverlessError } from '../../../infra/local/compile-template.ts';

const HEAD = 'Environment: linux, node 24\nDocs:        a page\n\nError:\n';
const UNRESOLVED = 'Cannot resolve serverless.yml: Variables resolution errored with:\n';
const unresolved = (variable: string, why: string) => `  - Cannot resolve variable at "${variable}": ${why},\n`;

test.each([
  ['a sentence of its own', `${HEAD}Stage parameter x is "y".\n    at plugin.js:1\n`, 'Stage parameter x is "y".'],
  [
    'one mistake that many variables meet, and what follows from it',
    HEAD +
      UNRESOLVED +
      unresolved('provider.x', '--param x: there is no such stage parameter') +
      unresolved('resources.0', 'Value not found at "file" source') +
      unresolved('resources.9.Name', '--param x: there is no such stage parameter'),
    '--param x: there is no such stage parameter',
  ],
  [
    'nothing but a missing file',
    HEAD + UNRESOLVED + unresolved('resources.0', 'Value not found at "file" source'),
    'Cannot resolve serverless.yml: Variables resolution errored with: - Cannot resolve variable at "resources.0": Value not found at "file" source,',
  ],
  ['a sentence that was read already', 'Stage parameter x is "y".', 'Stage parameter x is "y".'],
  ['nothing', '', ''],
])('of what Serverless prints, %s is told once', (_what, printed, expected) => {
  expect(serverlessError(printed)).toBe(expected);
});
