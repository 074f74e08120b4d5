import type { CostRow } from './row.ts';
import type { StackResource } from './stack-resources.ts';

/** What a rule may ask about the rest of the stack. */
export interface CostContext {
  readonly resources: readonly StackResource[];
  find(logicalId: string): StackResource | undefined;
  ofType(type: string): readonly StackResource[];
}

/** What a resource costs while nothing happens; no row means nothing by itself. */
export type IdleRule = (resource: StackResource, context: CostContext) => readonly CostRow[];

/** Types that cost nothing while nothing happens, and why. */
export const FREE: Readonly<Record<string, string>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 'Application Auto Scaling is free; its alarms are not',
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'Application Auto Scaling is free; its alarms are not',
  'AWS::AutoScaling::LifecycleHook': 'part of an Auto Scaling group',
  'AWS::AutoScaling::WarmPool': 'its machines are counted with the group',
  'AWS::EC2::FlowLog': 'what it writes is counted as logs',
  'AWS::EC2::InternetGateway': 'free; traffic out to the internet is not, and Slipway makes next to none',
  'AWS::EC2::LaunchTemplate': 'what is launched from it costs',
  'AWS::EC2::NetworkAcl': 'free',
  'AWS::EC2::NetworkAclEntry': 'free',
  'AWS::EC2::Route': 'free',
  'AWS::EC2::RouteTable': 'free',
  'AWS::EC2::SecurityGroup': 'free',
  'AWS::EC2::SecurityGroupEgress': 'free',
  'AWS::EC2::SecurityGroupIngress': 'free',
  'AWS::EC2::Subnet': 'free',
  'AWS::EC2::SubnetRouteTableAssociation': 'free',
  'AWS::EC2::VPC': 'free',
  'AWS::EC2::VPCGatewayAttachment': 'free',
  'AWS::ECS::CapacityProvider': 'what it provides costs',
  'AWS::ECS::ClusterCapacityProviderAssociations': 'what they provide costs',
  'AWS::ECS::TaskDefinition': 'tasks cost, definitions do not',
  'AWS::EFS::AccessPoint': 'free',
  'AWS::EFS::FileSystem': 'paid by what is stored and moved: nothing while it is empty',
  'AWS::EFS::MountTarget': 'free',
  'AWS::Events::Rule': 'rules are free, and so are AWS’s own events; S3’s are counted with the jobs',
  'AWS::IAM::InstanceProfile': 'free',
  'AWS::IAM::ManagedPolicy': 'free',
  'AWS::IAM::OIDCProvider': 'free',
  'AWS::IAM::Policy': 'free',
  'AWS::IAM::Role': 'free',
  'AWS::KMS::Alias': 'free',
  'AWS::Lambda::EventInvokeConfig': 'free',
  'AWS::Lambda::Function': 'paid by invocations; those of the schedules are counted with them',
  'AWS::Lambda::Permission': 'free',
  'AWS::Logs::LogGroup': 'paid by what is written; what an idle system writes is counted with the schedules',
  'AWS::Logs::MetricFilter': 'the metrics that it makes are counted when they have values',
  'AWS::S3::Bucket': 'paid by what is stored and asked: nothing while it is empty',
  'AWS::S3::BucketPolicy': 'free',
  'AWS::Scheduler::ScheduleGroup': 'free',
  'AWS::SNS::Subscription': 'paid by e-mail',
  'AWS::SNS::Topic': 'paid by e-mail',
  'AWS::SNS::TopicPolicy': 'free',
  'AWS::SQS::Queue': 'paid by requests; those of an idle system are counted with what asks',
  'AWS::SQS::QueuePolicy': 'free',
  'AWS::SSM::Parameter': 'standard parameters are free',
};
