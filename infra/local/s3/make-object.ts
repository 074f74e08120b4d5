import type { ChangeOrigin } from './events.ts';
import type { ObjectVersion } from './object-version.ts';
import type { NewObject } from './objects.ts';
import type { ReceivedBody } from './payload.ts';
import type { S3Request } from './s3-operation.ts';
import type { S3Store } from './store.ts';

/** Checks that there is the bucket that a request writes into. Call it before the data. Throws NoSuchBucket. */
export function checkBucket(store: S3Store, request: Pick<S3Request, 'bucket'>): void {
  store.buckets.get(request.bucket);
}

/** Makes an object of data that has arrived; the data is thrown away when the object may not be. */
export async function makeObject(
  store: S3Store,
  object: Omit<NewObject, 'body' | 'etag'> & { readonly body: ReceivedBody },
  origin: ChangeOrigin,
): Promise<ObjectVersion> {
  const attributes = { ...object.attributes, checksum: object.body.checksum };
  try {
    return await store.objects.put({ ...object, attributes, etag: object.body.md5 }, origin);
  } catch (error) {
    store.bodies.remove(object.body);
    throw error;
  }
}
