import type { WireRequest } from '../http/wire.ts';
import { chooseOperation, groupByAddress, readRequest } from './handle-request.ts';
import { S3_OPERATIONS } from './operations/all.ts';

const BY_ADDRESS = groupByAddress(S3_OPERATIONS);

/** What a request asks for, without doing it: the operation's name and `bucket/key`; both empty for one that S3 refuses. */
export function nameS3Request(wire: WireRequest): { readonly operation: string; readonly resource: string } {
  try {
    const request = readRequest(wire);
    const { name } = chooseOperation(BY_ADDRESS, request);
    return { operation: name, resource: `${request.bucket}/${request.key}` };
  } catch {
    return { operation: '', resource: '' };
  }
}
