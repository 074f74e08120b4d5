/** What a user of a new deployment wants to know. */
export interface Deployed {
  readonly stage: string;
  readonly region: string;
  readonly inboxBucket: string;
  readonly resultsBucket: string;
  /** Names of the stack's dashboards. */
  readonly dashboards: readonly string[];
  /** Addresses that have not confirmed their subscription. */
  readonly unconfirmed: readonly string[];
}

/** What to try next, with the real names. Pure. */
export function nextSteps(deployed: Deployed): string {
  const { stage, region, inboxBucket, resultsBucket, dashboards, unconfirmed } = deployed;
  const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/`;
  return [
    'Try it:',
    `  npm run process -- PATH… --stage ${stage} --region ${region}`,
    `  aws s3 cp picture.jpg s3://${inboxBucket}/ --region ${region}`,
    `  aws s3 ls s3://${resultsBucket}/outcomes/ --region ${region}`,
    ...unconfirmed.map(
      (address) => `Confirm the e-mail to ${address} from AWS: until then nobody hears of what goes wrong.`,
    ),
    ...dashboards.map((name) => `Look at it: ${console}${encodeURIComponent(name)}`),
    `Take it away: npm run remove -- --stage ${stage} --region ${region}`,
  ].join('\n');
}
