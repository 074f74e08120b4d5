import type { WireResponse } from '../../http/wire.ts';
import { write } from '../../iam/authorizations/s3.ts';
import { ANONYMOUS } from '../../principals.ts';
import { checkKey } from '../address.ts';
import { readExpectedChecksum } from '../expected-checksum.ts';
import { readUploadForm } from '../form-data.ts';
import { checkBucket, makeObject } from '../make-object.ts';
import { readObjectHeaders, writtenHeaders } from '../object-headers.ts';
import { receiveBody } from '../payload.ts';
import { checkPostPolicy, limitLength } from '../post-policy.ts';
import { invalidArgument, S3Error } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { readTagDocument } from '../tagging.ts';
import { xmlResponse } from '../xml-response.ts';

export const postObject: S3Operation = {
  name: 'PostObject',
  method: 'POST',
  on: 'bucket',
  async run(store, request, call) {
    const { bucket } = request;
    const form = await readUploadForm(sourceOf(request), readFormType(request.headers['content-type']));
    const template = form.fields.get('key');
    if (!template) throw invalidArgument("Bucket POST must contain a field named 'key'.", 'key', '');
    const key = checkKey(template.replaceAll('$' + '{filename}', () => form.fileName));
    const { acl, tagging, ...fields } = Object.fromEntries(form.fields);
    checkBucket(store, request);
    const lengths = checkPostPolicy(form.fields, bucket, store.clock.now());
    const given = { ...fields, ...(acl === undefined ? {} : { 'x-amz-acl': acl }) };
    // Whoever signed the policy writes; the browser itself has no credentials.
    const signer = fields['x-amz-credential']?.split('/')[0] ?? ANONYMOUS;
    const written = { ...request, key, headers: given };
    call.access?.as(signer).demandAll((lookups) => write(written, lookups, true));
    const headers = readObjectHeaders(given);
    const attributes = { headers, tags: tagging === undefined ? undefined : readTagDocument(tagging) };
    const expected = { checksum: readExpectedChecksum(fields), md5: fields['content-md5'] };
    const body = await receiveBody(store.bodies, limitLength(form.file, lengths), expected);
    const origin = { requestId: call.requestId, reason: 'POST Object' } as const;
    const version = await makeObject(store, { bucket, key, body, attributes, conditions: {} }, origin);
    const location = `${call.origin}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const told = { ...writtenHeaders(store, version), location };
    return answer(form.fields, { bucket, key, etag: `"${version.etag}"`, location }, told);
  },
};

function sourceOf(request: Parameters<S3Operation['run']>[1]): AsyncIterable<Buffer> {
  return request.body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

function readFormType(contentType = ''): string {
  if (/^multipart\/form-data\b/i.test(contentType)) return contentType;
  const message = 'Bucket POST must be of the enclosure-type multipart/form-data';
  throw new S3Error('PreconditionFailed', message, 412);
}

/** What the form asked for on success: a redirect, a document, or just a status. */
function answer(
  fields: ReadonlyMap<string, string>,
  made: { bucket: string; key: string; etag: string; location: string },
  headers: Record<string, string>,
): WireResponse {
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect && URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const name of ['bucket', 'key', 'etag'] as const) url.searchParams.set(name, made[name]);
    return { status: 303, headers: { ...headers, location: url.href } };
  }
  const status = fields.get('success_action_status');
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers };
  const { bucket, key, etag, location } = made;
  const members = { Location: location, Bucket: bucket, Key: key, ETag: etag };
  return { ...xmlResponse('PostResponse', members, headers), status: 201 };
}
