import { toAwsError } from '../../http/aws-error.ts';
import { objectArn } from '../../iam/authorizations/s3.ts';
import { checkKey } from '../address.ts';
import { readDocument } from '../read-document.ts';
import { malformedXml } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { xmlResponse } from '../xml-response.ts';
import { childrenOf, childText, parseXml, type XmlNode } from '../xml-tree.ts';

const MAX_KEYS = 1000;

export const deleteObjects: S3Operation = {
  name: 'DeleteObjects',
  method: 'POST',
  on: 'bucket',
  selectors: ['delete'],
  async run(store, request, call) {
    const { bucket } = request;
    store.buckets.get(bucket);
    const document = parseXml(await readDocument(request));
    const objects = childrenOf(document, 'Object');
    if (objects.length === 0 || objects.length > MAX_KEYS) throw malformedXml();
    const isQuiet = childText(document, 'Quiet') === 'true';
    const origin = { requestId: call.requestId, reason: 'DeleteObject' } as const;

    async function deleteOne(object: XmlNode) {
      const target = { key: childText(object, 'Key') ?? '', versionId: childText(object, 'VersionId') };
      const named = { Key: target.key, VersionId: target.versionId };
      try {
        const action = target.versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
        call.access?.demandAll(() => [{ action, resource: objectArn({ bucket, key: target.key }) }]);
        const ifMatch = childText(object, 'ETag');
        const deletion = await store.objects.delete({ bucket, ...target, key: checkKey(target.key), ifMatch }, origin);
        const marker = deletion.deleteMarker
          ? { DeleteMarker: true, DeleteMarkerVersionId: deletion.versionId }
          : undefined;
        return isQuiet ? {} : { Deleted: { ...named, ...marker } };
      } catch (thrown) {
        const error = toAwsError(thrown);
        return { Error: { ...named, Code: error.code, Message: error.message } };
      }
    }

    const results = await Promise.all(objects.map(deleteOne));
    return xmlResponse('DeleteResult', {
      Deleted: results.map((result) => result.Deleted),
      Error: results.map((result) => result.Error),
    });
  },
};
