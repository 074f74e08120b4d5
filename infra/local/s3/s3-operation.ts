import type { Readable } from 'node:stream';
import type { Call, WireResponse } from '../http/wire.ts';
import type { S3Store } from './store.ts';

/** A request after routing: bucket and key are decoded, `''` where the address has none. */
export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  /** Percent-decoded once; otherwise the bytes that the client sent. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** Lower-case names. Holds the `x-amz-` parameters of a presigned URL too, as S3 treats them alike. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** One operation of the S3 API: how a request is told to be it, what else it accepts, what it does. */
export interface S3Operation {
  readonly name: string;
  readonly method: string;
  readonly on: 'service' | 'bucket' | 'object';
  /** Query parameters that must be there, such as `uploads`. The operation with the most that match is chosen. */
  readonly selectors?: readonly string[];
  /** Headers that must be there; they count as selectors. */
  readonly selectorHeaders?: readonly string[];
  /** Further query parameters that it accepts. Others are refused by name. */
  readonly parameters?: readonly string[];
  /** Further `x-amz-` headers that it accepts. Others are refused by name. */
  readonly headers?: readonly string[];
  run(store: S3Store, request: S3Request, call: Call): Promise<WireResponse> | WireResponse;
}
