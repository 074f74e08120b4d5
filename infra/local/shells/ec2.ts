import { hexId, type Shell, type ShellProperties } from './shell.ts';

const text = (value: unknown) => String(value ?? '');

/** A rule's security group names its network only through its group: the rule's own ID is all there is. */
function securityGroupRule(type: string, properties: readonly string[]): Shell {
  return {
    type,
    ref: (_properties, resource) => hexId('sgr', resource),
    attributes: (ref) => ({ Id: ref }),
    properties: ['CidrIp', 'CidrIpv6', 'Description', 'FromPort', 'GroupId', 'IpProtocol', 'ToPort', ...properties],
    required: ['IpProtocol'],
  };
}

/** The network: nothing here routes or filters, tasks run on this machine's own. */
export const ec2Shells: readonly Shell[] = [
  {
    type: 'AWS::EC2::VPC',
    ref: (_properties, resource) => hexId('vpc', resource),
    attributes: (ref, properties) => ({
      VpcId: ref,
      CidrBlock: properties.CidrBlock,
      CidrBlockAssociations: [ref.replace('vpc-', 'vpc-cidr-assoc-')],
      DefaultNetworkAcl: ref.replace('vpc-', 'acl-'),
      DefaultSecurityGroup: ref.replace('vpc-', 'sg-'),
      Ipv6CidrBlocks: [],
    }),
    properties: [
      'CidrBlock',
      'EnableDnsHostnames',
      'EnableDnsSupport',
      'InstanceTenancy',
      'Ipv4IpamPoolId',
      'Ipv4NetmaskLength',
      'Tags',
    ],
  },
  {
    type: 'AWS::EC2::Subnet',
    ref: (_properties, resource) => hexId('subnet', resource),
    attributes: (ref, properties) => ({
      SubnetId: ref,
      VpcId: properties.VpcId,
      CidrBlock: properties.CidrBlock,
      AvailabilityZone: properties.AvailabilityZone,
      NetworkAclAssociationId: ref.replace('subnet-', 'aclassoc-'),
      Ipv6CidrBlocks: [],
    }),
    properties: [
      'AssignIpv6AddressOnCreation',
      'AvailabilityZone',
      'AvailabilityZoneId',
      'CidrBlock',
      'EnableDns64',
      'Ipv6CidrBlock',
      'Ipv6Native',
      'MapPublicIpOnLaunch',
      'PrivateDnsNameOptionsOnLaunch',
      'Tags',
      'VpcId',
    ],
    required: ['VpcId'],
  },
  {
    type: 'AWS::EC2::InternetGateway',
    ref: (_properties, resource) => hexId('igw', resource),
    attributes: (ref) => ({ InternetGatewayId: ref }),
    properties: ['Tags'],
  },
  {
    type: 'AWS::EC2::VPCGatewayAttachment',
    ref: (properties) => `IGW|${text(properties.VpcId)}`,
    attributes: () => ({ AttachmentType: 'IGW' }),
    properties: ['InternetGatewayId', 'VpcId', 'VpnGatewayId'],
    required: ['VpcId'],
  },
  {
    type: 'AWS::EC2::RouteTable',
    ref: (_properties, resource) => hexId('rtb', resource),
    attributes: (ref) => ({ RouteTableId: ref }),
    properties: ['Tags', 'VpcId'],
    required: ['VpcId'],
  },
  {
    type: 'AWS::EC2::Route',
    ref: (properties) => `${text(properties.RouteTableId)}|${destination(properties)}`,
    attributes: (_ref, properties) => ({ CidrBlock: destination(properties) }),
    properties: [
      'CarrierGatewayId',
      'DestinationCidrBlock',
      'DestinationIpv6CidrBlock',
      'DestinationPrefixListId',
      'EgressOnlyInternetGatewayId',
      'GatewayId',
      'InstanceId',
      'NatGatewayId',
      'NetworkInterfaceId',
      'RouteTableId',
      'TransitGatewayId',
      'VpcEndpointId',
      'VpcPeeringConnectionId',
    ],
    required: ['RouteTableId'],
  },
  {
    type: 'AWS::EC2::SubnetRouteTableAssociation',
    ref: (_properties, resource) => hexId('rtbassoc', resource),
    attributes: (ref) => ({ Id: ref }),
    properties: ['RouteTableId', 'SubnetId'],
    required: ['RouteTableId', 'SubnetId'],
  },
  {
    type: 'AWS::EC2::SecurityGroup',
    ref: (_properties, resource) => hexId('sg', resource),
    attributes: (ref, properties) => ({ GroupId: ref, Id: ref, VpcId: properties.VpcId }),
    properties: ['GroupDescription', 'GroupName', 'SecurityGroupEgress', 'SecurityGroupIngress', 'Tags', 'VpcId'],
    required: ['GroupDescription'],
  },
  securityGroupRule('AWS::EC2::SecurityGroupIngress', [
    'GroupName',
    'SourcePrefixListId',
    'SourceSecurityGroupId',
    'SourceSecurityGroupName',
    'SourceSecurityGroupOwnerId',
  ]),
  securityGroupRule('AWS::EC2::SecurityGroupEgress', ['DestinationPrefixListId', 'DestinationSecurityGroupId']),
  {
    type: 'AWS::EC2::VPCEndpoint',
    ref: (_properties, resource) => hexId('vpce', resource),
    attributes: (ref) => ({ Id: ref, DnsEntries: [], NetworkInterfaceIds: [] }),
    properties: [
      'DnsOptions',
      'IpAddressType',
      'PolicyDocument',
      'PrivateDnsEnabled',
      'ResourceConfigurationArn',
      'RouteTableIds',
      'SecurityGroupIds',
      'ServiceName',
      'ServiceNetworkArn',
      'ServiceRegion',
      'SubnetIds',
      'Tags',
      'VpcEndpointType',
      'VpcId',
    ],
    required: ['VpcId'],
  },
  {
    type: 'AWS::EC2::FlowLog',
    ref: (_properties, resource) => hexId('fl', resource),
    attributes: (ref) => ({ Id: ref }),
    properties: [
      'DeliverCrossAccountRole',
      'DeliverLogsPermissionArn',
      'DestinationOptions',
      'LogDestination',
      'LogDestinationType',
      'LogFormat',
      'LogGroupName',
      'MaxAggregationInterval',
      'ResourceId',
      'ResourceType',
      'Tags',
      'TrafficType',
    ],
    required: ['ResourceId', 'ResourceType'],
  },
];

function destination(properties: ShellProperties): string {
  return text(
    properties.DestinationCidrBlock ?? properties.DestinationIpv6CidrBlock ?? properties.DestinationPrefixListId,
  );
}
