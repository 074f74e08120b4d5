import { readBody } from '../http/wire.ts';
import type { S3Request } from './s3-operation.ts';

/** The XML body of a request, as text. */
export async function readDocument(request: S3Request): Promise<string> {
  return (await readBody({ ...request, rawPath: '' })).toString('utf8');
}
