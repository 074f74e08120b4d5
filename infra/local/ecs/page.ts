import { AwsError } from '../http/aws-error.ts';

const MAX_RESULTS = 100;

/** One page of a list. The token is the last item that was given, so that items which come and go do not shift pages. */
export function pageOf<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  input: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
): { page: Item[]; nextToken?: string } {
  const size = Math.min(MAX_RESULTS, input.maxResults ?? MAX_RESULTS);
  const start = input.nextToken === undefined ? 0 : startAfter(items.map(idOf), input.nextToken);
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  if (last === undefined || start + size >= items.length) return { page };
  return { page, nextToken: Buffer.from(idOf(last)).toString('base64url') };
}

function startAfter(ids: readonly string[], token: string): number {
  const index = ids.indexOf(Buffer.from(token, 'base64url').toString());
  if (index < 0) throw new AwsError('InvalidParameterException', 'Invalid token in the request.');
  return index + 1;
}
