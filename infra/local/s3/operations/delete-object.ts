import type { S3Operation } from '../s3-operation.ts';

export const deleteObject: S3Operation = {
  name: 'DeleteObject',
  method: 'DELETE',
  on: 'object',
  parameters: ['versionId'],
  async run(store, { bucket, key, query, headers }, call) {
    const versionId = query.get('versionId') ?? undefined;
    const origin = { requestId: call.requestId, reason: 'DeleteObject' } as const;
    const deletion = await store.objects.delete({ bucket, key, versionId, ifMatch: headers['if-match'] }, origin);
    return {
      status: 204,
      headers: {
        ...(deletion.deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
        ...(deletion.versionId === undefined ? {} : { 'x-amz-version-id': deletion.versionId }),
      },
    };
  },
};
