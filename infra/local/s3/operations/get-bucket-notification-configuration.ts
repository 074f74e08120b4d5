import type { S3Operation } from '../s3-operation.ts';
import { xmlResponse } from '../xml-response.ts';

export const getBucketNotificationConfiguration: S3Operation = {
  name: 'GetBucketNotificationConfiguration',
  method: 'GET',
  on: 'bucket',
  selectors: ['notification'],
  run(store, { bucket }) {
    const { eventBridge } = store.buckets.get(bucket);
    return xmlResponse('NotificationConfiguration', { EventBridgeConfiguration: eventBridge ? {} : undefined });
  },
};
