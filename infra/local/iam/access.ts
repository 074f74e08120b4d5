/** Who acts, as IAM sees it. */
export type Principal =
  /** A role of the stack, through a session of it: a function, a task, a schedule. */
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      /** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
      readonly arn: string;
      /** The function whose code makes the call. */
      readonly functionArn?: string | undefined;
    }
  /** The developer, an operator, a test: the administrator of the account. */
  | { readonly kind: 'administrator'; readonly arn: string }
  /** AWS itself: `events.amazonaws.com`. */
  | { readonly kind: 'service'; readonly name: string }
  /** A request without a signature. */
  | { readonly kind: 'anonymous' };

/** Values of condition keys, by the keys' names as AWS documents them. A key that is not there is absent. */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Finds the value of a condition key for one request; undefined for a key that it does not have. */
export type ContextLookup = (key: string) => Context[string];

/** One thing that somebody wants to do. */
export interface Access {
  /** `s3:PutObject`. */
  readonly action: string;
  /** An ARN, or `*` for what IAM knows no resource of. */
  readonly resource: string;
  readonly context?: Context;
}

/** How a principal is called in messages. */
export function nameOfPrincipal(principal: Principal): string {
  if (principal.kind === 'service') return principal.name;
  return principal.kind === 'anonymous' ? 'anonymous' : principal.arn;
}
