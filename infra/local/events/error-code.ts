import type { DeliveryFailure } from '../outbox/delivery-failure.ts';

const CODES: readonly (readonly [RegExp, string])[] = [
  [/notfound|nonexistent|doesnotexist|nosuch/i, 'NO_RESOURCE'],
  [/accessdenied|notauthorized|unauthorized|forbidden/i, 'NO_PERMISSIONS'],
  [/throttl|toomanyrequests|slowdown/i, 'THROTTLING'],
  [/limitexceeded/i, 'RESOURCE_LIMIT_EXCEEDED'],
  [/validation|invalidparameter/i, 'INVALID_PARAMETER'],
  [/^InternalFailure$/, 'INTERNAL_ERROR'],
];

/**
 * The ERROR_CODE of a dead letter in EventBridge's words.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function eventBridgeErrorCode(failure: DeliveryFailure): string {
  return CODES.find(([pattern]) => pattern.test(failure.code))?.[1] ?? 'ERROR_FROM_TARGET';
}
