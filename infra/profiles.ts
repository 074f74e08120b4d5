/** A stage with parameters that change the shape of its template. */
export interface Profile {
  readonly name: string;
  /** What it stands for. */
  readonly about: string;
  readonly stage: string;
  /** As `--param` takes them. */
  readonly params: readonly string[];
}

/** Every choice that a stage has, at least once: each of these is compiled, linted, reviewed, priced, booted and tested. */
export const PROFILES = [
  { name: 'dev', about: 'public subnets, Spot first', stage: 'dev', params: [] },
  {
    name: 'prod',
    about: 'private subnets, on demand with Spot above it, own keys, nothing deleted',
    stage: 'prod',
    params: [],
  },
  {
    name: 'arm64',
    about: 'tasks on Graviton, all on demand, in three zones',
    stage: 'dev',
    params: ['cpuArchitecture=arm64', 'capacity=fargate', 'zones=3'],
  },
  {
    name: 'existing',
    about: 'an existing network with a way out, logs to Splunk',
    stage: 'prod',
    params: [
      'network=existing',
      'vpcId=vpc-0a1b2c3d4e5f60718',
      'subnetIds=subnet-0a1b2c3d4e5f60718,subnet-0b1c2d3e4f5061728',
      'logging=firelens',
      'splunkHost=http-inputs.splunk.example.com',
      'splunkPort=8088',
      'splunkTokenArn=arn:aws:secretsmanager:us-east-1:123456789012:secret:splunk-a1b2c3',
    ],
  },
  {
    name: 'ec2',
    about: 'instances of the stack in private subnets, behind a first responder',
    stage: 'prod',
    params: ['capacity=ec2', 'firstResponder=10'],
  },
  {
    name: 'firelens',
    about: 'logs to CloudWatch by Fluent Bit, and a first responder',
    stage: 'dev',
    params: ['logging=firelens', 'firstResponder=5'],
  },
  { name: 'backlog', about: 'tracks the jobs that each task has to do', stage: 'dev', params: ['scaling=backlog'] },
  { name: 'steps', about: 'steps on a metric of ten seconds', stage: 'dev', params: ['scaling=steps'] },
  {
    name: 'load',
    about: 'tracks CPU, memory and the requests of a load balancer',
    stage: 'dev',
    params: [
      'scaling=load',
      'minTasks=1',
      'targetGroupLabel=app/slipway/0a1b2c3d4e5f6071/targetgroup/slipway/1a2b3c4d5e6f7081',
    ],
  },
  {
    name: 'external',
    about: 'machines outside AWS (ECS Anywhere)',
    stage: 'dev',
    params: ['capacity=external', 'network=none'],
  },
] as const satisfies readonly Profile[];

/** The arguments of `serverless` for a profile. */
export function profileArguments({ stage, params }: Profile): string[] {
  return ['--stage', stage, ...params.flatMap((parameter) => ['--param', parameter])];
}
