import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import type { Finding, Review } from '../finding.ts';

const matches = z.array(
  z.object({
    Rule: z.object({ Id: z.string() }),
    Message: z.string(),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
  }),
);

/** cfn-lint with its informational rules too; `program` is where it was installed. */
export function cfnLint(program: string): Review {
  return async (templateFile) => {
    const ended = spawnSync(program, ['--include-checks', 'I', '--format', 'json', '--template', templateFile], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (ended.error) throw ended.error;
    return matches.parse(JSON.parse(ended.stdout)).map(
      ({ Rule, Message, Location: { Path } }): Finding => ({
        tool: 'cfn-lint',
        rule: Rule.Id,
        resource: String((Path?.[0] === 'Resources' ? Path[1] : Path?.join('.')) ?? 'template'),
        text: Message,
      }),
    );
  };
}
