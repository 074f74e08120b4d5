import { describe, expect, it } from 'vitest';
import { obstacleOfError, obstacleOfFailure } from '../../../core/run-task-failures.ts';

describe("a reason in RunTask's failures[]", () => {
  it.each([
    ['RESOURCE:CPU', 'wait'],
    ['RESOURCE:MEMORY', 'wait'],
    ['RESOURCE:ENI', 'wait'],
    ['RESOURCE:GPU', 'wait'],
    ['AGENT', 'wait'],
    ['EMPTY CAPACITY PROVIDER', 'wait'],
    ['NO ACTIVE INSTANCES', 'wait'],
    ['Capacity is unavailable at this time. Please try again later or in a different availability zone', 'wait'],
    ["You've reached the limit on the number of vCPUs you can run concurrently", 'wait'],
    ['something new', 'wait'],
    ['MISSING', 'refused'],
    ['ATTRIBUTE', 'refused'],
    ['LOCATION', 'refused'],
    ['INACTIVE', 'refused'],
    ['MEMBEROF placement constraint unsatisfied.', 'refused'],
  ])('%s: %s', (reason, expected) => {
    expect(obstacleOfFailure(reason)).toBe(expected);
  });
});

describe('an error of RunTask', () => {
  it.each([
    ['ThrottlingException', 'Rate exceeded', 'wait'],
    ['ServerException', 'Service Unavailable', 'wait'],
    ['TimeoutError', 'connect ETIMEDOUT', 'wait'],
    ['', 'socket hang up', 'wait'],
    ['ExpiredTokenException', 'The security token included in the request is expired', 'wait'],
    ['ClientException', 'You have reached the limit on the number of tasks in the PROVISIONING state', 'wait'],
    ['ClientException', "You've reached the limit on the number of vCPUs you can run concurrently", 'wait'],
    ['ClientException', 'TaskDefinition is inactive', 'wait'],
    ['InvalidParameterException', 'Capacity is unavailable at this time.', 'wait'],
    ['ClientException', 'Unable to find task definition', 'refused'],
    ['ClientException', 'No Fargate configuration exists for given values: 300 CPU, 2048 memory.', 'refused'],
    ['InvalidParameterException', 'No Container Instances were found in your cluster.', 'refused'],
    ['InvalidParameterException', 'The subnet ID subnet-1 does not exist', 'refused'],
    [
      'AccessDeniedException',
      'not authorized to perform: iam:PassRole on a resource with a limit on the number',
      'refused',
    ],
    ['ClusterNotFoundException', 'Cluster not found.', 'refused'],
    ['PlatformUnknownException', 'The specified platform version does not exist.', 'refused'],
    ['UnsupportedFeatureException', 'no', 'refused'],
    ['BlockedException', 'Your account is currently blocked.', 'refused'],
  ])('%s "%s": %s', (code, message, expected) => {
    expect(obstacleOfError({ code, message })).toBe(expected);
  });
});
