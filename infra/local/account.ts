/** The account that the stand-in plays. Twelve zeros, as no real account has. */
export const ACCOUNT_ID = '000000000000';

/** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE` in the stand-in's account. */
export function arn(service: string, region: string, resource: string): string {
  return `arn:aws:${service}:${region}:${ACCOUNT_ID}:${resource}`;
}
