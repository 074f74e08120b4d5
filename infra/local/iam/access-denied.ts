import { AwsError } from '../http/aws-error.ts';
import { S3Error } from '../s3/s3-error.ts';
import { type Access, nameOfPrincipal, type Principal } from './access.ts';
import type { Refusal } from './evaluate.ts';

/** The refusal of a request in the words and with the code of the service that was asked. */
export function accessDenied(service: string, principal: Principal, access: Access, refusal: Refusal): AwsError {
  if (principal.kind === 'anonymous') return errorOf(service, access, 'Access Denied');
  const action = spelled(access.action);
  // S3 alone quotes the resource.
  const resource = service === 's3' ? `"${access.resource}"` : access.resource;
  const user = `User: ${nameOfPrincipal(principal)} is not authorized to perform: ${action} on resource: ${resource}`;
  return errorOf(service, access, `${user} ${refusal}${refusal.startsWith('because') ? ` the ${action} action` : ''}`);
}

/** As messages spell actions: SQS's in small letters, SNS's with its name in capitals. */
function spelled(action: string): string {
  if (action.startsWith('sqs:')) return action.toLowerCase();
  return action.startsWith('sns:') ? action.replace('sns:', 'SNS:') : action;
}

function errorOf(service: string, { action }: Access, message: string): AwsError {
  const byKey = action.startsWith('kms:');
  switch (service) {
    case 's3':
      return new S3Error('AccessDenied', message, 403);
    case 'sqs':
      return byKey
        ? new AwsError('KMS.AccessDeniedException', message, 400, { __type: 'com.amazonaws.sqs#KmsAccessDenied' })
        : new AwsError('AccessDenied', message, 403, { __type: 'com.amazon.coral.service#AccessDeniedException' });
    case 'sns':
      return byKey ? new AwsError('KMSAccessDenied', message, 400) : new AwsError('AuthorizationError', message, 403);
    // Query's way.
    case 'monitoring':
    case 'cloudformation':
    case 'sts':
      return new AwsError('AccessDenied', message, 403);
    // REST's.
    case 'lambda':
    case 'scheduler':
    case 'elasticfilesystem':
      return new AwsError('AccessDeniedException', message, 403);
    // JSON's.
    default:
      return new AwsError('AccessDeniedException', message, 400);
  }
}
