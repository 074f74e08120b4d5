import type { Stack } from '../template/create-stack.ts';

/** Texts shorter than this stand for themselves: a short name may well be a part of another word. */
const MIN_LENGTH = 6;

/**
 * Turns what a stack made of its names back into the template's words, so that a grant is called the same in every stage:
 * `arn:aws:s3:::slipway-dev-inboxbucket-…/*` is `InboxBucket/*`.
 */
export function stackLabels(stack: Pick<Stack, 'name' | 'resources'>): (text: string) => string {
  const known = [...stack.resources.values()]
    .flatMap(({ logicalId, ref, attributes = {} }) =>
      [attributes.Arn, attributes.TopicArn, ref]
        .filter((value) => typeof value === 'string' && value.length >= MIN_LENGTH)
        .map((value) => [String(value), logicalId] as const),
    )
    .sort(([a], [b]) => b.length - a.length);
  return (text) => {
    const named = known.reduce((all, [value, logicalId]) => all.replaceAll(value, logicalId), text);
    return named.replace(/^arn:aws:[\w-]+:[\w-]*:\d*:/, '').replaceAll(stack.name, '<stack>');
  };
}
