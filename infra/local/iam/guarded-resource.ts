/** What decides, beside the roles, who may use a resource. */
export interface GuardedResource {
  readonly arn: string;
  /** Its own policy, as a document or as JSON. */
  readonly policy?: unknown;
  /** The KMS key that it is encrypted with: ID, ARN or alias. */
  readonly key?: string | undefined;
}

/** The resources of a service, looked up at the moment of a request: policies can change while the system runs. */
export interface GuardedResources {
  find(arn: string): GuardedResource | undefined;
  list(): readonly GuardedResource[];
}
