import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, type S3Fixture, startS3, WITH_EVENTS } from './s3-fixture.ts';

const Bucket = 'uploads';
/** S3 puts the file's name in: this is its own template, not JavaScript's. */
const FILE_NAME_KEY = ['up/$', '{filename}'].join('');
let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket(Bucket, WITH_EVENTS);
});
afterAll(() => s3.close());

function post(fields: Record<string, string>, file: Blob, conditions: unknown[] = []): Promise<Response> {
  const expiration = new Date(Date.now() + 60_000).toISOString();
  const named = Object.keys(fields).map((name) => ['starts-with', `$${name}`, '']);
  const policy = JSON.stringify({ expiration, conditions: [...named, ...conditions] });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('policy', Buffer.from(policy).toString('base64'));
  form.set('x-amz-signature', 'not checked here');
  form.set('file', file, 'pïcture 1.png');
  return fetch(`${s3.url}/${Bucket}`, { method: 'POST', body: form, redirect: 'manual' });
}

const codeOf = async (answer: Response) => [answer.status, /<Code>(\w+)/.exec(await answer.text())?.[1]];

describe('an upload form', () => {
  it('stores its file under the key, with the file name put in, and tells EventBridge', async () => {
    const fields = { key: FILE_NAME_KEY, 'Content-Type': 'image/png', 'x-amz-meta-who': 'me' };
    const bytes = 'x\r\n--'.repeat(50_000);
    expect((await post(fields, new Blob([bytes]))).status).toBe(204);
    const stored = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'up/pïcture 1.png' }));
    expect(stored).toMatchObject({ ContentType: 'image/png', Metadata: { who: 'me' } });
    expect(await stored.Body?.transformToString()).toBe(bytes);
    expect(s3.events.at(-1)?.detail.reason).toBe('POST Object');
  });

  it('chooses its answer', async () => {
    const file = new Blob(['abc']);
    expect((await post({ key: 'a', success_action_status: '200' }, file)).status).toBe(200);
    const created = await post({ key: 'a b', success_action_status: '201' }, file);
    expect(created.status).toBe(201);
    expect(await created.text()).toContain('<Key>a b</Key><ETag>&quot;900150983cd24fb0d6963f7d28e17f72&quot;</ETag>');
    const redirected = await post({ key: 'a b', success_action_redirect: 'http://127.0.0.1/done?x=1' }, file);
    expect(redirected.status).toBe(303);
    const target = new URL(redirected.headers.get('location') ?? '');
    expect(target.searchParams.get('x')).toBe('1');
    expect(target.searchParams.get('key')).toBe('a b');
  });

  it('keeps to its policy', async () => {
    const file = new Blob(['12345']);
    expect(await codeOf(await post({ key: 'no' }, file, [['eq', '$key', 'yes']]))).toEqual([403, 'AccessDenied']);
    expect(await codeOf(await post({ key: 'no' }, file, [['content-length-range', 0, 4]]))).toEqual([
      400,
      'EntityTooLarge',
    ]);
    expect(await codeOf(await post({ key: 'no' }, file, [['content-length-range', 6, 9]]))).toEqual([
      400,
      'EntityTooSmall',
    ]);
    expect((await post({ key: 'yes' }, file, [['content-length-range', 5, 5]])).status).toBe(204);
    const missing = s3.client.send(new GetObjectCommand({ Bucket, Key: 'no' }));
    expect((await errorOf(missing)).name).toBe('NoSuchKey');
  });

  it('must be a form', async () => {
    const answer = await fetch(`${s3.url}/${Bucket}`, { method: 'POST', body: 'x' });
    expect(await codeOf(answer)).toEqual([412, 'PreconditionFailed']);
  });
});
