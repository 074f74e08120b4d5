/**
 * A template with its intrinsics in the one form that all rule packs understand: `Fn::GetAtt` as a list, `Fn::Sub` of an
 * ARN with a tail as `Fn::Join`, and nothing for `AWS::NoValue`. What it says stays the same.
 */
export function normalise(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isNoValue(item)).map(normalise);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (others.length === 0 && typeof argument === 'string') {
    if (name === 'Fn::GetAtt') return getAtt(argument);
    if (name === 'Fn::Sub') return arnWithTail(argument) ?? value;
  }
  const kept = Object.entries(value).filter(([, inner]) => !isNoValue(inner));
  return Object.fromEntries(kept.map(([key, inner]) => [key, normalise(inner)]));
}

function isNoValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'Ref' in value && value.Ref === 'AWS::NoValue';
}

function getAtt(text: string): object {
  const dot = text.indexOf('.');
  return { 'Fn::GetAtt': [text.slice(0, dot), text.slice(dot + 1)] };
}

/** `${Bucket.Arn}/*` as a join. */
function arnWithTail(text: string): object | undefined {
  const [, resource, tail] = /^\$\{(\w+)\.Arn\}([^$]+)$/.exec(text) ?? [];
  return resource && tail ? { 'Fn::Join': ['', [{ 'Fn::GetAtt': [resource, 'Arn'] }, tail]] } : undefined;
}
