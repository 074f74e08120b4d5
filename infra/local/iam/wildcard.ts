/** A pattern of a policy, ready to be held against values. */
export type Matches = (value: string) => boolean;

/** Compiles a pattern in which `*` stands for any text and `?` for one character. */
export function compileWildcard(pattern: string, options: { readonly ignoreCase?: boolean } = {}): Matches {
  const { ignoreCase = false } = options;
  if (pattern === '*') return () => true;
  if (!/[*?]/.test(pattern)) {
    const wanted = ignoreCase ? pattern.toLowerCase() : pattern;
    return (value) => (ignoreCase ? value.toLowerCase() : value) === wanted;
  }
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
  return (value) => expression.test(value);
}

/** Compiles an ARN pattern: each of the six parts by itself, so that a `*` in one does not reach into the next. */
export function compileArn(pattern: string): Matches {
  const parts = splitArn(pattern).map((part) => compileWildcard(part));
  return (value) => {
    const actual = splitArn(value);
    return actual.length === parts.length && parts.every((matches, index) => matches(actual[index] ?? ''));
  };
}

function splitArn(text: string): string[] {
  const [arn = '', partition, service, region, account, ...resource] = text.split(':');
  if (partition === undefined) return [arn];
  return [arn, partition, service ?? '', region ?? '', account ?? '', resource.join(':')];
}
