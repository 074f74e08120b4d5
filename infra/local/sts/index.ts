import { queryHandler } from '../http/query-protocol.ts';
import type { LocalService } from '../service.ts';
import { getCallerIdentity, type StsStore } from './operations/get-caller-identity.ts';

/** STS as far as "who am I" goes. Every caller is trusted: there is nothing to assume. */
export function stsService(store: StsStore): LocalService {
  return {
    wire: {
      signingNames: ['sts'],
      handle: queryHandler({
        service: 'sts',
        namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
        store,
        operations: [getCallerIdentity],
      }),
    },
    providers: [],
  };
}
