import type { AuthorizationTable, Members } from '../authorization.ts';

/** STS: everybody may ask who they are, even where a policy denies it. */
export const STS: AuthorizationTable<Members> = { GetCallerIdentity: () => [] };
