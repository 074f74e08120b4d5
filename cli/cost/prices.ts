/**
 * AWS's list prices, in US dollars, of one Region at one date: the only place where this project says what something
 * costs. No free tier, no discount, no tax. To bring it up to date: look each `page` up, change amount and date together.
 */
export const PRICE_LIST = { date: '2026-11-21', region: 'us-east-1' } as const;

/** What one unit costs, and how well that is known. */
export interface Price {
  readonly dollars: number;
  readonly unit: string;
  /** AWS's page that says so. */
  readonly page: string;
  /** `read`: seen in published text of 2026. `recalled`: nobody has looked it up for this list. */
  readonly known: 'read' | 'recalled';
}

const FARGATE = 'https://aws.amazon.com/fargate/pricing/';
const VPC = 'https://aws.amazon.com/vpc/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const S3 = 'https://aws.amazon.com/s3/pricing/';
const EFS = 'https://aws.amazon.com/efs/pricing/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const EC2 = 'https://aws.amazon.com/ec2/pricing/on-demand/';
const EVENTBRIDGE = 'https://aws.amazon.com/eventbridge/pricing/';
const LINK = 'https://aws.amazon.com/privatelink/pricing/';

const read = (dollars: number, unit: string, page: string): Price => ({ dollars, unit, page, known: 'read' });
const recalled = (dollars: number, unit: string, page: string): Price => ({ dollars, unit, page, known: 'recalled' });

export const PRICES = {
  fargateCpu: read(0.04048, 'vCPU-hour', FARGATE),
  fargateMemory: read(0.004445, 'GB-hour', FARGATE),
  fargateArmCpu: read(0.03238, 'vCPU-hour', FARGATE),
  fargateArmMemory: read(0.00356, 'GB-hour', FARGATE),
  // Spot moves with demand; these are single observations.
  fargateSpotCpu: read(0.01219, 'vCPU-hour', FARGATE),
  fargateSpotMemory: read(0.00134, 'GB-hour', FARGATE),
  fargateArmSpotCpu: recalled(0.00975, 'vCPU-hour', FARGATE),
  fargateArmSpotMemory: recalled(0.00107, 'GB-hour', FARGATE),
  externalInstance: recalled(0.01025, 'instance-hour', 'https://aws.amazon.com/ecs/anywhere/pricing/'),

  publicAddress: read(0.005, 'address-hour', VPC),
  natGateway: read(0.045, 'gateway-hour', VPC),
  natData: read(0.045, 'GB', VPC),
  interfaceEndpoint: read(0.01, 'endpoint-hour', LINK),
  interfaceEndpointData: read(0.01, 'GB', LINK),

  standardAlarm: recalled(0.1, 'alarm metric', CLOUDWATCH),
  highResolutionAlarm: recalled(0.3, 'alarm metric', CLOUDWATCH),
  compositeAlarm: recalled(0.5, 'alarm', CLOUDWATCH),
  dashboard: read(3, 'dashboard', CLOUDWATCH),
  customMetric: read(0.3, 'metric', CLOUDWATCH),
  metricRequest: recalled(0.01 / 1000, 'request', CLOUDWATCH),
  logIngestion: read(0.5, 'GB', CLOUDWATCH),
  logStorage: recalled(0.03, 'GB-month', CLOUDWATCH),

  s3Storage: read(0.023, 'GB-month', S3),
  s3Write: read(0.005 / 1000, 'request', S3),
  s3Read: read(0.0004 / 1000, 'request', S3),
  efsStorage: read(0.3, 'GB-month', EFS),
  efsWrite: read(0.06, 'GB', EFS),
  backupStorage: recalled(0.05, 'GB-month', 'https://aws.amazon.com/backup/pricing/'),
  ecrStorage: recalled(0.1, 'GB-month', 'https://aws.amazon.com/ecr/pricing/'),
  ebsStorage: recalled(0.08, 'GB-month', 'https://aws.amazon.com/ebs/pricing/'),

  sqsRequest: recalled(0.4 / 1e6, 'request', 'https://aws.amazon.com/sqs/pricing/'),
  snsEmail: recalled(2 / 100_000, 'e-mail', 'https://aws.amazon.com/sns/pricing/'),
  lambdaRequest: recalled(0.2 / 1e6, 'request', LAMBDA),
  lambdaArmCompute: recalled(0.0000133334, 'GB-second', LAMBDA),
  lambdaCompute: recalled(0.0000166667, 'GB-second', LAMBDA),
  // What published texts say of S3's events differs (free, or opt-in at this price): the dearer one stands here.
  s3Event: read(1 / 1e6, 'event', EVENTBRIDGE),
  scheduledRun: read(1 / 1e6, 'invocation', EVENTBRIDGE),

  kmsKey: recalled(1, 'key', 'https://aws.amazon.com/kms/pricing/'),
  kmsRequest: recalled(0.03 / 10_000, 'request', 'https://aws.amazon.com/kms/pricing/'),
  secret: recalled(0.4, 'secret', 'https://aws.amazon.com/secrets-manager/pricing/'),
  codeBuildMinute: recalled(0.005, 'build minute', 'https://aws.amazon.com/codebuild/pricing/'),
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;

/** Linux on demand, by instance type, dollars an hour. All recalled. */
export const INSTANCE_HOURS: Readonly<Record<string, number>> = {
  't3.medium': 0.0416,
  't3.large': 0.0832,
  't4g.medium': 0.0336,
  't4g.large': 0.0672,
  'c6i.large': 0.085,
  'c6i.xlarge': 0.17,
  'c7i.large': 0.08925,
  'c7i.xlarge': 0.1785,
  'c7i-flex.large': 0.08479,
  'c6g.large': 0.068,
  'c6g.xlarge': 0.136,
  'c7g.large': 0.0725,
  'c7g.xlarge': 0.145,
  'm5.large': 0.096,
  'm5.xlarge': 0.192,
  'm6a.large': 0.0864,
  'm6a.xlarge': 0.1728,
  'm6i.large': 0.096,
  'm6i.xlarge': 0.192,
  'm7i.large': 0.1008,
  'm7i.xlarge': 0.2016,
  'm6g.large': 0.077,
  'm6g.xlarge': 0.154,
  'm7g.large': 0.0816,
  'm7g.xlarge': 0.1632,
};

/** Where the prices of instances are. */
export const INSTANCE_PAGE = EC2;
