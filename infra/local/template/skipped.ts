/**
 * Resource types that the stand-in knows and leaves out, each with the reason. Everything else that has no provider is
 * an error: a resource is never skipped by silence.
 */
export const SKIPPED_TYPES: Readonly<Record<string, string>> = {};
