import { AwsError } from '../http/aws-error.ts';

/** An S3 error: `details` become elements of the error's XML, `headers` go with the answer. */
export class S3Error extends AwsError {
  readonly headers: Record<string, string>;

  constructor(
    code: string,
    message: string,
    status: number,
    details: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(code, message, status, details);
    this.name = 'S3Error';
    this.headers = headers;
  }
}

/** 400 InvalidArgument, naming the argument as S3 does. */
export function invalidArgument(message: string, name: string, value: string): S3Error {
  return new S3Error('InvalidArgument', message, 400, { ArgumentName: name, ArgumentValue: value });
}

/** 404 NoSuchBucket. */
export function noSuchBucket(bucket: string): S3Error {
  return new S3Error('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: bucket });
}

/** 404 NoSuchKey; `headers` tell of a delete marker. */
export function noSuchKey(key: string, headers: Record<string, string> = {}): S3Error {
  return new S3Error('NoSuchKey', 'The specified key does not exist.', 404, { Key: key }, headers);
}

/** 404 NoSuchVersion. */
export function noSuchVersion(key: string, versionId: string): S3Error {
  return new S3Error('NoSuchVersion', 'The specified version does not exist.', 404, { Key: key, VersionId: versionId });
}

/** 404 NoSuchUpload. */
export function noSuchUpload(uploadId: string): S3Error {
  const message =
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
  return new S3Error('NoSuchUpload', message, 404, { UploadId: uploadId });
}

/** 412 PreconditionFailed, naming the condition that did not hold. */
export function preconditionFailed(condition: string): S3Error {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new S3Error('PreconditionFailed', message, 412, { Condition: condition });
}

/** 403 AccessDenied. */
export function accessDenied(message = 'Access Denied'): S3Error {
  return new S3Error('AccessDenied', message, 403);
}

/** 400 MalformedXML. */
export function malformedXml(): S3Error {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new S3Error('MalformedXML', message, 400);
}

/** 501 NotImplemented for a header, in S3's own words. */
export function headerNotImplemented(header: string): S3Error {
  const message = `A header you provided implies functionality that is not implemented by the local stand-in: ${header}`;
  return new S3Error('NotImplemented', message, 501, { Header: header });
}
