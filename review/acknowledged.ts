import type { Acknowledgement } from './finding.ts';

const WORKERS = ['WorkerTaskRole', 'JobTaskRole'];
/** Whoever does jobs. */
const JOB_ROLES = [...WORKERS, 'OnJobQueuedRole'];
const FUNCTIONS = [
  'OnObjectCreatedLambdaFunction',
  'OnScheduleLambdaFunction',
  'OnTaskStoppedLambdaFunction',
  'ScaleServiceLambdaFunction',
];
const ALL_FUNCTIONS = [...FUNCTIONS, 'OnJobQueuedLambdaFunction'];
const TASKS = ['WorkerTaskDefinition', 'JobTaskDefinition', 'SweepTaskDefinition'];
const DATA_BUCKETS = ['InboxBucket', 'ResultsBucket'];
const SERVICE_BUCKETS = ['ServerlessDeploymentBucket', 'AccessLogBucket'];
const LOG_GROUPS = [
  'WorkerLogGroup',
  'OnObjectCreatedLogGroup',
  'OnScheduleLogGroup',
  'OnTaskStoppedLogGroup',
  'ScaleServiceLogGroup',
  'OnJobQueuedLogGroup',
];
const LAST_QUEUES = ['EventsDeadLetterQueue', 'FunctionsFailureQueue', 'AlertDeadLetterQueue'];
const DEAD_LETTER_QUEUES = ['JobDeadLetterQueue', 'LaunchDeadLetterQueue', ...LAST_QUEUES];

/** Profiles of the stage prod, which has keys of its own, a private network or a given one, and audit logs. */
const PROD = ['prod', 'existing', 'ec2'];
/** Profiles without FireLens. */
const AWSLOGS = ['dev', 'prod', 'arm64', 'ec2', 'external'];

const wildcard = (resource: string) => `AwsSolutions-IAM5[Resource::${resource}]`;
const results = (folder: string) => wildcard(`<ResultsBucket.Arn>/${folder}/*`);
const ecs = (resource: string) => wildcard(`arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:${resource}`);

/** Every finding of the rule packs that is left as it is, by reason. A finding that is not here fails the review. */
export const ACKNOWLEDGED: readonly Acknowledgement[] = [
  // --- Wildcards.
  {
    reason:
      'One record, mark or file for each job, key, stop or sweep: the folder is the narrowest name that is known.',
    findings: {
      'cdk-nag': {
        [results('outcomes')]: [...JOB_ROLES, 'SweepTaskRole', 'OnObjectCreatedRole', 'OnTaskStoppedRole'],
        [results('journal')]: [...JOB_ROLES, 'SweepTaskRole'],
        [results('latest')]: [...JOB_ROLES, 'SweepTaskRole'],
        [results('outputs')]: JOB_ROLES,
        [results('timeline')]: [...JOB_ROLES, 'SweepTaskRole', 'OnObjectCreatedRole', 'OnTaskStoppedRole'],
        [results('alerts')]: ['SweepTaskRole', 'OnObjectCreatedRole', 'OnTaskStoppedRole'],
        [results('reports')]: ['SweepTaskRole'],
        [results('stops')]: ['OnTaskStoppedRole'],
        [results('retries')]: ['OnTaskStoppedRole'],
        [results('rates')]: ['ReportWorkPolicy'],
      },
    },
  },
  {
    reason: 'Every object of the inbox is a job, whatever its key.',
    findings: { 'cdk-nag': { [wildcard('<InboxBucket.Arn>/*')]: [...JOB_ROLES, 'SweepTaskRole'] } },
  },
  {
    reason: 'Tasks come and go; a condition names the cluster.',
    findings: { 'cdk-nag': { [ecs('task/<Cluster>/*')]: ['WorkerTaskRole', 'SweepTaskRole', 'OnObjectCreatedRole'] } },
  },
  {
    reason: 'Of any revision of one family: a message, a tick or a stopped task may be older than the last deployment.',
    findings: {
      'cdk-nag': {
        [ecs('task-definition/<AWS::StackName>-job:*')]: ['OnObjectCreatedRole', 'OnTaskStoppedRole'],
        [ecs('task-definition/<AWS::StackName>-sweep:*')]: ['OnScheduleRole'],
      },
    },
  },
  {
    reason:
      'ecr:GetAuthorizationToken and ecs:ListTasks know no resource; a condition names the cluster of the second.',
    findings: {
      'cdk-nag': {
        [wildcard('*')]: [
          'TaskExecutionRole',
          'OnObjectCreatedRole',
          'OnScheduleRole',
          'SweepTaskRole',
          'SetTaskCountPolicy',
          'BuildRole',
        ],
        'Serverless-LambdaStarPermissions': ['OnObjectCreatedRole', 'OnScheduleRole'],
      },
    },
  },
  {
    reason:
      'application-autoscaling:DescribeScalableTargets and cloudwatch:PutMetricData know no resource; a condition names the namespace of the second.',
    findings: {
      'cdk-nag': {
        [wildcard('*')]: ['ScaleServiceRole', 'PublishDepthPolicy'],
        'Serverless-LambdaStarPermissions': ['ScaleServiceRole'],
      },
    },
  },
  {
    reason:
      'What Lambda does for a function in a network, about interfaces that it makes itself, has no narrower resource.',
    findings: {
      'cdk-nag': { [wildcard('*')]: ['OnJobQueuedRole'], 'Serverless-LambdaStarPermissions': ['OnJobQueuedRole'] },
    },
  },
  {
    reason: 'What the ECS agent of a machine calls has no narrower resource; conditions name the cluster.',
    findings: {
      'cdk-nag': {
        [wildcard('*')]: ['InstanceRole', 'ExternalInstanceRole'],
        [ecs('container-instance/<Cluster>/*')]: ['InstanceRole', 'ExternalInstanceRole'],
      },
    },
  },
  {
    reason: 'AWS keeps this image in an account that differs by Region; the repository is named.',
    findings: {
      'cdk-nag': {
        [wildcard('arn:<AWS::Partition>:ecr:<AWS::Region>:*:repository/aws-for-fluent-bit')]: ['PullLogRouterPolicy'],
      },
    },
  },
  {
    reason: 'A policy belongs to one principal here, or to a few for one reason, and stands beside them.',
    findings: {
      'cdk-nag': {
        'NIST.800.53.R5-IAMNoInlinePolicy': [
          ...JOB_ROLES,
          'SwitchResponderPolicy',
          'ResponderKeyPolicy',
          'TaskExecutionRole',
          'SweepTaskRole',
          'OnObjectCreatedRole',
          'OnScheduleRole',
          'OnTaskStoppedRole',
          'SweepScheduleRole',
          'ScaleScheduleRole',
          'ScaleServiceRole',
          'SetTaskCountPolicy',
          'ReportWorkPolicy',
          'PublishDepthPolicy',
          'ScalerKeyPolicy',
          'SharedFilesPolicy',
          'WorkersKeyPolicy',
          'HelpersKeyPolicy',
          'ScheduleKeyPolicy',
          'FlowLogRole',
          'LogRouterPolicy',
          'PullLogRouterPolicy',
          'InstanceRole',
          'ExternalInstanceRole',
          'BuildRole',
        ],
      },
    },
  },

  // --- Queues, functions, tasks.
  {
    reason: 'It is a dead-letter queue itself.',
    findings: {
      'cdk-nag': { 'AwsSolutions-SQS3': LAST_QUEUES, 'Serverless-SQSRedrivePolicy': DEAD_LETTER_QUEUES },
      'control-tower': { 'CT.SQS.PR.1': LAST_QUEUES },
    },
  },
  {
    reason:
      'onSchedule and onTaskStopped have a failure destination, which tells the error too; onObjectCreated and onJobQueued read queues with dead-letter queues; what scaleService cannot handle, its next tick does.',
    findings: {
      'cdk-nag': {
        'Serverless-LambdaDLQ': ALL_FUNCTIONS,
        'NIST.800.53.R5-LambdaDLQ': ALL_FUNCTIONS,
        'Serverless-LambdaEventSourceMappingDestination': [
          'OnObjectCreatedEventSourceMappingSQSLaunchQueue',
          'OnJobQueuedEventSourceMappingSQSJobQueue',
        ],
      },
    },
  },
  {
    reason:
      'A tick of the scaler, or the event that wakes it, is of no use a minute later, when the next tick has come: its alarms tell of those that fail.',
    findings: {
      'cdk-nag': {
        'Serverless-EventBusDLQ': ['WakeRule'],
        'Serverless-LambdaAsyncFailureDestination': ['ScaleServiceLambdaEvConf'],
      },
    },
  },
  {
    reason:
      'A job is followed by its ID through every log and record; X-Ray would add a cost and rights, and end at the queue.',
    findings: { 'cdk-nag': { 'Serverless-LambdaTracing': ALL_FUNCTIONS } },
  },
  {
    reason:
      'A new account has ten concurrent executions, of which none can be reserved: the deployment would fail. The source mapping bounds onObjectCreated.',
    findings: { 'cdk-nag': { 'NIST.800.53.R5-LambdaConcurrency': ALL_FUNCTIONS } },
  },
  {
    reason:
      'The functions call the APIs of AWS alone and listen to nobody: a network would add endpoints and take nothing away.',
    findings: {
      'cdk-nag': { 'NIST.800.53.R5-LambdaInsideVPC': FUNCTIONS },
      'control-tower': { 'CT.LAMBDA.PR.3': FUNCTIONS },
    },
  },
  {
    reason: 'Names of buckets, queues and limits are no secrets; the token of Splunk comes as a secret.',
    findings: { 'cdk-nag': { 'AwsSolutions-ECS2': TASKS } },
  },
  {
    reason: 'The task has the limit, and a launch for a large object raises it; one of the container would stay.',
    findings: { 'control-tower': { 'CT.ECS.PR.7': TASKS } },
  },
  {
    reason:
      'Fluent Bit opens a socket in a folder of root, on a read-only file system and without any capability; the worker itself is not root.',
    findings: { 'control-tower': { 'CT.ECS.PR.3': TASKS } },
    except: AWSLOGS,
  },
  {
    reason: 'It is a part of IdleWorkersAlarm, which tells the topic.',
    findings: {
      'cdk-nag': { 'NIST.800.53.R5-CloudWatchAlarmAction': ['WaitingJobsAlarm', 'TooFewTasksAlarm'] },
      'control-tower': { 'CT.CLOUDWATCH.PR.1': ['WaitingJobsAlarm', 'TooFewTasksAlarm'] },
    },
  },

  // --- What prod has and other stages do without.
  {
    reason: 'Access and flow logs cost by the gigabyte: `auditLogs` switches them on, and prod has them.',
    findings: {
      'cdk-nag': {
        'AwsSolutions-S1': [...DATA_BUCKETS, 'ServerlessDeploymentBucket'],
        'NIST.800.53.R5-S3BucketLoggingEnabled': [...DATA_BUCKETS, 'ServerlessDeploymentBucket'],
        'AwsSolutions-VPC7': ['Vpc'],
        'NIST.800.53.R5-VPCFlowLogsEnabled': ['Vpc'],
      },
      'control-tower': { 'CT.S3.PR.2': [...DATA_BUCKETS, 'ServerlessDeploymentBucket'] },
    },
    except: PROD,
  },
  {
    reason:
      'Keys of AWS encrypt it all; keys of the stack cost by the month: `encryption` switches them on, and prod has them.',
    findings: {
      'cdk-nag': {
        'NIST.800.53.R5-S3DefaultEncryptionKMS': DATA_BUCKETS,
        'NIST.800.53.R5-CloudWatchLogGroupEncrypted': LOG_GROUPS,
        'NIST.800.53.R5-SNSEncryptedKMS': ['AlertTopic'],
      },
      'control-tower': { 'CT.S3.PR.10': DATA_BUCKETS, 'CT.CLOUDWATCH.PR.3': LOG_GROUPS },
    },
    except: PROD,
  },
  {
    reason: 'A week of logs is enough where things are tried out; prod keeps a year.',
    findings: { 'control-tower': { 'CT.CLOUDWATCH.PR.2': LOG_GROUPS } },
    except: PROD,
  },
  {
    reason:
      'Without NAT a task gets out by an address of its own, and nothing gets in: no security group has an open port.',
    findings: {
      'cdk-nag': { 'NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW': ['PublicRoute'] },
      'control-tower': { 'CT.ECS.PR.9': ['WorkerService'] },
    },
    except: PROD,
  },

  // --- Buckets, files, network, machines.
  {
    reason:
      'It holds the packages of functions, or the access logs of S3, which S3 does not deliver under a key of the account.',
    findings: {
      'cdk-nag': { 'NIST.800.53.R5-S3DefaultEncryptionKMS': SERVICE_BUCKETS },
      'control-tower': { 'CT.S3.PR.10': SERVICE_BUCKETS },
    },
  },
  {
    reason: 'A bucket that takes its own access logs would grow by them for ever.',
    findings: { 'control-tower': { 'CT.S3.PR.2': ['AccessLogBucket'] } },
  },
  {
    reason:
      'S3 keeps its data in three zones, with versions; another Region is a decision of its own and doubles the bill.',
    findings: { 'cdk-nag': { 'NIST.800.53.R5-S3BucketReplicationEnabled': [...DATA_BUCKETS, ...SERVICE_BUCKETS] } },
  },
  {
    reason: 'Nobody listens to it: only what comes into the inbox is a job.',
    findings: { 'control-tower': { 'CT.S3.PR.4': ['ResultsBucket', ...SERVICE_BUCKETS] } },
  },
  {
    reason:
      'What nobody may delete for years is a decision of its own; versions, and roles that may delete nothing, keep the data.',
    findings: { 'control-tower': { 'CT.S3.PR.9': [...DATA_BUCKETS, ...SERVICE_BUCKETS] } },
  },
  {
    reason: 'CloudFormation cannot empty the default security group; nothing in the stack uses it.',
    findings: { 'cdk-nag': { 'NIST.800.53.R5-VPCDefaultSecurityGroupClosed': ['Vpc'] } },
  },
  {
    reason: 'The automatic plan of AWS Backup for EFS has it: BackupPolicy is ENABLED.',
    findings: { 'cdk-nag': { 'NIST.800.53.R5-EFSInBackupPlan': ['ResultsFileSystem'] } },
  },
  {
    reason:
      'These rules read launch configurations: the launch template encrypts its volume and wants session tokens (IMDSv2).',
    findings: {
      'cdk-nag': { 'AwsSolutions-EC26': ['InstanceGroup'], 'NIST.800.53.R5-EC2IMDSv2Enabled': ['InstanceGroup'] },
    },
  },
  {
    reason: 'ECS scales the group with every task that has no room: a message for each would be noise.',
    findings: { 'cdk-nag': { 'AwsSolutions-AS3': ['InstanceGroup'] } },
  },
  {
    reason: 'A group in given subnets takes its zones from them, two or three.',
    findings: { 'control-tower': { 'CT.AUTOSCALING.PR.1': ['InstanceGroup'] } },
  },
  {
    reason:
      'Instances do not talk to one another; what they send to AWS and to the file system is TLS, on older types too.',
    findings: { 'control-tower': { 'CT.AUTOSCALING.PR.11': ['InstanceGroup'] } },
  },

  // --- The stack of the image.
  {
    reason:
      'It holds one archive of sources for the minutes of a build, which is deleted after it and can be made again.',
    findings: {
      'cdk-nag': {
        'AwsSolutions-S1': ['SourceBucket'],
        [wildcard('<SourceBucket.Arn>/*')]: ['BuildRole'],
        'NIST.800.53.R5-S3BucketLoggingEnabled': ['SourceBucket'],
        'NIST.800.53.R5-S3BucketReplicationEnabled': ['SourceBucket'],
        'NIST.800.53.R5-S3BucketVersioningEnabled': ['SourceBucket'],
        'NIST.800.53.R5-S3DefaultEncryptionKMS': ['SourceBucket'],
      },
      'control-tower': {
        'CT.S3.PR.2': ['SourceBucket'],
        'CT.S3.PR.4': ['SourceBucket'],
        'CT.S3.PR.9': ['SourceBucket'],
        'CT.S3.PR.10': ['SourceBucket'],
        'CT.S3.PR.11': ['SourceBucket'],
      },
    },
  },
  {
    reason: 'Output of builds, for a month, without data of jobs.',
    findings: {
      'cdk-nag': { 'NIST.800.53.R5-CloudWatchLogGroupEncrypted': ['BuildLogGroup'] },
      'control-tower': { 'CT.CLOUDWATCH.PR.2': ['BuildLogGroup'], 'CT.CLOUDWATCH.PR.3': ['BuildLogGroup'] },
    },
  },
  {
    reason:
      'Docker in a container needs privileged mode, and the image of a build fits the processor (CB5 cannot read the choice); the project leaves no artifacts.',
    findings: {
      'cdk-nag': { 'AwsSolutions-CB4': ['BuildProject'], 'AwsSolutions-CB5': ['BuildProject'] },
      'control-tower': { 'CT.CODEBUILD.PR.4': ['BuildProject'] },
    },
  },
];
