import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { SlipwayError } from '../../core/errors.ts';
import type { ClientConfig } from '../deployment.ts';

/** Calls an operation of a service that speaks AWS's JSON 1.1. */
export type JsonCall = (operation: string, input: object) => Promise<unknown>;

/**
 * A caller for one service that has two operations of interest here: its whole client would be 1.5 MB for them. Finds
 * credentials as every client does.
 */
export function jsonService(service: string, target: string, config: ClientConfig): JsonCall {
  const client = new STSClient({ ...config });
  return async (operation, input) => {
    const region = await client.config.region();
    const base = config.endpoint ?? process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.amazonaws.com`;
    const url = new URL(base);
    const signer = new SignatureV4({
      service,
      region,
      credentials: client.config.credentials,
      sha256: client.config.sha256,
    });
    const signed = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: '/',
      query: {},
      headers: {
        host: url.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${target}.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const { host: _host, ...headers } = signed.headers;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) });
    const text = await response.text();
    if (response.ok) return text === '' ? {} : JSON.parse(text);
    throw new SlipwayError('aws-call', `${service} refused ${operation} (${response.status}): ${text.slice(0, 300)}`);
  };
}
