import { checkRange } from './integer.ts';
import type { Queue } from './queues.ts';

const MAX_PAGE = 1000;

/** A page of a list of queues in name order. The token is the last name of the page before. */
export function pageOf(
  queues: readonly Queue[],
  { MaxResults, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { queues: readonly Queue[]; nextToken: string | undefined } {
  if (MaxResults !== undefined) checkRange('MaxResults', MaxResults, 1, MAX_PAGE);
  const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64').toString('utf8');
  const rest = queues.filter((queue) => queue.name > after);
  const page = rest.slice(0, MaxResults ?? MAX_PAGE);
  const more = MaxResults !== undefined && rest.length > page.length;
  return { queues: page, nextToken: more ? Buffer.from(page.at(-1)?.name ?? '').toString('base64') : undefined };
}
