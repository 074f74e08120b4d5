import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shellProviders } from '../../../infra/local/shells/index.ts';
import { createStack } from '../../../infra/local/template/create-stack.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-shells-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function shells() {
  return shellProviders({ region: 'eu-west-1', directory });
}

function stackOf(resources: Record<string, { Type: string; Properties?: object }>, made = shells()) {
  return createStack({
    stackName: 'stack',
    region: 'eu-west-1',
    providers: made.providers,
    template: { Resources: resources, Outputs: {}, Parameters: {}, Conditions: {}, Mappings: {} } as never,
  });
}

const ref = (logicalId: string) => ({ Ref: logicalId });

const NETWORK = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.20.0.0/16', EnableDnsSupport: true } },
  Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('Vpc'), AvailabilityZone: 'eu-west-1a' } },
  Gateway: { Type: 'AWS::EC2::InternetGateway' },
  Attachment: {
    Type: 'AWS::EC2::VPCGatewayAttachment',
    Properties: { VpcId: ref('Vpc'), InternetGatewayId: ref('Gateway') },
  },
  Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc') } },
  Route: {
    Type: 'AWS::EC2::Route',
    Properties: { RouteTableId: ref('Table'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Gateway') },
  },
  Association: {
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { RouteTableId: ref('Table'), SubnetId: ref('Subnet') },
  },
  Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'tasks', VpcId: ref('Vpc') } },
  Rule: {
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: { GroupId: ref('Group'), IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049 },
  },
  Endpoint: { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcId: ref('Vpc'), ServiceName: 's3' } },
  Flow: { Type: 'AWS::EC2::FlowLog', Properties: { ResourceId: ref('Vpc'), ResourceType: 'VPC' } },
};

const STORAGE = {
  Files: { Type: 'AWS::EFS::FileSystem', Properties: { Encrypted: true, ThroughputMode: 'elastic' } },
  Point: {
    Type: 'AWS::EFS::AccessPoint',
    Properties: {
      FileSystemId: ref('Files'),
      RootDirectory: { Path: '/results/all', CreationInfo: {} },
      PosixUser: {},
    },
  },
  Mount: {
    Type: 'AWS::EFS::MountTarget',
    Properties: { FileSystemId: ref('Files'), SubnetId: 'subnet-1', SecurityGroups: [] },
  },
};

describe('resources without behaviour', () => {
  test('have the IDs and attributes that templates use', async () => {
    const { resources } = await stackOf({
      ...NETWORK,
      ...STORAGE,
      Repository: { Type: 'AWS::ECR::Repository', Properties: { ImageTagMutability: 'IMMUTABLE' } },
      Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
      Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/a', TargetKeyId: ref('Key') } },
    });
    const id = (logicalId: string) => resources.get(logicalId)?.ref ?? '';
    const attribute = (logicalId: string, name: string) => resources.get(logicalId)?.attributes?.[name];
    const prefixes = Object.keys(NETWORK).map((logicalId) => id(logicalId).replace(/-[\da-f]{17}/, '-#'));
    expect(prefixes).toEqual([
      'vpc-#',
      'subnet-#',
      'igw-#',
      `IGW|${id('Vpc')}`.replace(/-[\da-f]{17}/, '-#'),
      'rtb-#',
      'rtb-#|0.0.0.0/0',
      'rtbassoc-#',
      'sg-#',
      'sgr-#',
      'vpce-#',
      'fl-#',
    ]);
    expect(attribute('Vpc', 'CidrBlock')).toBe('10.20.0.0/16');
    expect(attribute('Group', 'GroupId')).toBe(id('Group'));
    expect(attribute('Files', 'Arn')).toBe(
      `arn:aws:elasticfilesystem:eu-west-1:000000000000:file-system/${id('Files')}`,
    );
    expect(attribute('Repository', 'RepositoryUri')).toBe(
      `000000000000.dkr.ecr.eu-west-1.amazonaws.com/${id('Repository')}`,
    );
    expect(id('Repository')).toMatch(/^stack-repository-[\da-f]{12}$/);
    expect(attribute('Key', 'Arn')).toBe(`arn:aws:kms:eu-west-1:000000000000:key/${id('Key')}`);
    expect(id('Alias')).toBe('alias/a');
  });

  test('have the same IDs on every boot', async () => {
    const ids = async () => [...(await stackOf({ ...NETWORK, ...STORAGE })).resources.values()].map((item) => item.ref);
    expect(await ids()).toEqual(await ids());
  });

  test.each([
    [{ Type: 'AWS::EC2::VPC', Properties: { CidrBlok: '10.0.0.0/8' } }, 'property CidrBlok is not implemented'],
    [{ Type: 'AWS::EC2::Subnet', Properties: {} }, 'the property VpcId is required'],
    [{ Type: 'AWS::EFS::AccessPoint', Properties: { FileSystemId: 'fs-1' } }, 'There is no file system fs-1.'],
  ])('refuse what a template gets wrong: %#', async (resource, message) => {
    await expect(stackOf({ Wrong: resource })).rejects.toThrow(message);
  });
});

describe('a file system', () => {
  test('is a folder, and an access point the folder of its root directory', async () => {
    const made = shells();
    const { resources } = await stackOf(STORAGE, made);
    const [files = '', point = ''] = [resources.get('Files')?.ref, resources.get('Point')?.ref];
    expect(made.filesystem(files, point)).toBe(join(made.filesystem(files), 'results', 'all'));
    expect(made.filesystem(files).startsWith(directory)).toBe(true);
    expect(existsSync(made.filesystem(files, point))).toBe(true);
    expect(() => made.filesystem(files, 'fsap-none')).toThrow(`File system ${files} has no access point fsap-none.`);
  });

  test('lets no access point out of its folder', async () => {
    const outside = {
      Type: 'AWS::EFS::AccessPoint',
      Properties: { FileSystemId: ref('Files'), RootDirectory: { Path: '/../..' } },
    };
    await expect(stackOf({ ...STORAGE, Outside: outside })).rejects.toThrow('expected a path without ..');
  });
});

describe('roles', () => {
  test('keep every policy that they have', async () => {
    const made = shells();
    const document = (Sid: string) => ({ Statement: [{ Sid }] });
    const { resources } = await stackOf(
      {
        Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document('managed') } },
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: {},
            Path: '/slipway/',
            Policies: [{ PolicyName: 'own', PolicyDocument: document('inline') }],
            ManagedPolicyArns: [ref('Managed'), 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
          },
        },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'more', PolicyDocument: document('attached'), Roles: [ref('Role')] },
        },
      },
      made,
    );
    const name = resources.get('Role')?.ref;
    const [role] = made.roles();
    expect(role?.arn).toBe(`arn:aws:iam::000000000000:role/slipway/${name}`);
    expect(resources.get('Role')?.attributes?.Arn).toBe(role?.arn);
    expect(role?.policies.map((policy) => policy.document)).toEqual([
      document('inline'),
      document('managed'),
      document('attached'),
    ]);
    expect(role?.foreignPolicies).toEqual(['arn:aws:iam::aws:policy/ReadOnlyAccess']);
  });
});
