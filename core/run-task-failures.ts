/** What a launch that started nothing calls for: `wait` = the same request may succeed later; `refused` = it will not. */
export type LaunchObstacle = 'wait' | 'refused';

/**
 * Reasons in RunTask's `failures[]`, which come with HTTP 200, that waiting does not mend (Amazon ECS Developer Guide,
 * "API failure reasons"). The others are shortages: RESOURCE:*, AGENT, "Capacity is unavailable at this time", limits of
 * concurrent tasks. A reason that is not known waits as well: the queue's redrive policy bounds it, and a good job is
 * worth more than the calls.
 */
const REFUSING_REASONS = /^(MISSING|ATTRIBUTE|LOCATION|INACTIVE|MEMBEROF|DISTINCTINSTANCE)\b/i;

/** What to do about a reason from `failures[]`. */
export function obstacleOfFailure(reason: string): LaunchObstacle {
  return REFUSING_REASONS.test(reason.trim()) ? 'refused' : 'wait';
}

/** Errors of RunTask that speak of the request, the rights or the account (Amazon ECS API Reference, RunTask). */
const REFUSING_ERRORS = new Set([
  'AccessDeniedException',
  'BlockedException',
  'ClientException',
  'ClusterNotFoundException',
  'InvalidParameterException',
  'PlatformTaskDefinitionIncompatibilityException',
  'PlatformUnknownException',
  'SerializationException',
  'UnsupportedFeatureException',
  'ValidationException',
]);

/** ECS reports some shortages under names that otherwise mean a wrong request: full quotas, tasks in PROVISIONING. */
const SHORTAGE = /capacity|provisioning|quota|limit on the number|concurrent|rate exceeded|throttl|try again/i;

/** A revision that a deployment has just retired: the function that knows the new one takes over within moments. */
const RETIRED = /task ?definition is inactive/i;

/** What to do about an error that RunTask threw. No answer, 5xx, throttling and stale credentials wait. */
export function obstacleOfError({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): LaunchObstacle {
  if (!REFUSING_ERRORS.has(code)) return 'wait';
  if (code === 'AccessDeniedException' || code === 'BlockedException') return 'refused';
  return SHORTAGE.test(message) || RETIRED.test(message) ? 'wait' : 'refused';
}
