import { describe, expect, test } from 'vitest';
import { PROFILES } from '../../infra/profiles.ts';
import { ofType, raw, resolved, type Statement, statementsOf as statementsIn } from './template.ts';

/** For Lambda, which connects a function to a network with the function's role. */
const INTERFACES = 'Lambda asks for it so; a condition keeps it from the function’s code';

/** Every action that has a resource with a wildcard, by that resource → why it cannot be narrower. */
const WILDCARDS: Readonly<Record<string, string>> = {
  'ecr:GetAuthorizationToken *': 'the token is the account’s: ECR has no narrower resource',
  'application-autoscaling:DescribeScalableTargets *': 'what looks has no resource',
  'cloudwatch:PutMetricData *': 'metrics have no resource; a condition names the namespace',
  'ecs:ListTasks *': 'ECS has no narrower resource; a condition names the cluster',
  'ec2:AssignPrivateIpAddresses *': INTERFACES,
  'ec2:UnassignPrivateIpAddresses *': INTERFACES,
  'ec2:CreateNetworkInterface *': INTERFACES,
  'ec2:DeleteNetworkInterface *': INTERFACES,
  'ec2:DescribeNetworkInterfaces *': INTERFACES,
  'ec2:DescribeSubnets *': INTERFACES,
  'ecs:RunTask task-definition/slipway-STAGE-job:*':
    'a message or a stopped task may be older than the last deployment',
  'ecs:RunTask task-definition/slipway-STAGE-sweep:*': 'a tick may be older than the last deployment',
  'ecs:DescribeTasks task/Cluster/*': 'tasks come and go',
  'ecs:StopTask task/Cluster/*': 'tasks come and go',
  'ecs:UpdateTaskProtection task/Cluster/*': 'tasks come and go',
  'ecs:DiscoverPollEndpoint *': 'ECS has no narrower resource for it',
  'ecs:Poll container-instance/Cluster/*': 'instances come and go',
  'ecs:StartTelemetrySession container-instance/Cluster/*': 'instances come and go',
  'ecs:UpdateContainerInstancesState container-instance/Cluster/*': 'instances come and go',
  'ecr:BatchCheckLayerAvailability *:repository/aws-for-fluent-bit': 'AWS’s account for it differs by Region',
  'ecr:BatchGetImage *:repository/aws-for-fluent-bit': 'AWS’s account for it differs by Region',
  'ecr:GetDownloadUrlForLayer *:repository/aws-for-fluent-bit': 'AWS’s account for it differs by Region',
  'ssm:UpdateInstanceInformation *': 'a machine outside has no resource before it is registered',
  'ssmmessages:CreateControlChannel *': 'Systems Manager has no narrower resource',
  'ssmmessages:CreateDataChannel *': 'Systems Manager has no narrower resource',
  'ssmmessages:OpenControlChannel *': 'Systems Manager has no narrower resource',
  'ssmmessages:OpenDataChannel *': 'Systems Manager has no narrower resource',
  's3:GetObject inboxbucket/*': 'every object of the inbox is a job',
  's3:GetObjectVersion inboxbucket/*': 'every object of the inbox is a job',
  's3:GetObject resultsbucket/outcomes/*': 'one record a job',
  's3:GetObject resultsbucket/journal/*': 'one record a job',
  's3:GetObject resultsbucket/latest/*': 'one record a key',
  's3:GetObject resultsbucket/stops/*': 'one mark a stop',
  's3:GetObject resultsbucket/alerts/*': 'one mark an alert',
  's3:GetObject resultsbucket/retries/*': 'one count per ten minutes',
  's3:PutObject resultsbucket/outcomes/*': 'one record a job',
  's3:PutObject resultsbucket/outputs/*': 'some files a job',
  's3:PutObject resultsbucket/journal/*': 'one record a job',
  's3:PutObject resultsbucket/latest/*': 'one record a key',
  's3:PutObject resultsbucket/timeline/*': 'one record a job',
  's3:PutObject resultsbucket/reports/*': 'one report a sweep',
  's3:PutObject resultsbucket/stops/*': 'one mark a stop',
  's3:PutObject resultsbucket/alerts/*': 'one mark an alert',
  's3:PutObject resultsbucket/retries/*': 'one count per ten minutes',
  's3:PutObject resultsbucket/rates/*': 'one report for some minutes of a task',
};

const roles = () => ofType('dev', 'AWS::IAM::Role').map(({ logicalId }) => logicalId);

const statementsOf = (role: string) => statementsIn('dev', role);

const actionsOf = (statement: Statement) => [statement.Action].flat();
const resourcesOf = (statement: Statement) => [statement.Resource].flat();

/** Without the part that says partition, region and account. */
const short = (arn: string) => arn.replace(/^arn:aws:[\w-]+:[\w-]*:(\d*:)?/, '');

const roleOf = (principal: string) => {
  const { Role, TaskRoleArn } = raw('dev', principal);
  const name = Role?.['Fn::Sub'] ?? TaskRoleArn?.['Fn::GetAtt'][0];
  return String(name).replace(/^\$\{(\w+)\.Arn\}$/, '$1');
};

describe('roles', () => {
  test('belong to one principal each', () => {
    const owners = {
      OnObjectCreatedLambdaFunction: 'OnObjectCreatedRole',
      OnScheduleLambdaFunction: 'OnScheduleRole',
      OnTaskStoppedLambdaFunction: 'OnTaskStoppedRole',
      WorkerTaskDefinition: 'WorkerTaskRole',
      JobTaskDefinition: 'JobTaskRole',
      SweepTaskDefinition: 'SweepTaskRole',
      ScaleServiceLambdaFunction: 'ScaleServiceRole',
    };
    expect(Object.fromEntries(Object.keys(owners).map((owner) => [owner, roleOf(owner)]))).toEqual(owners);
    expect(roles().toSorted()).toEqual(
      [...Object.values(owners), 'SweepScheduleRole', 'ScaleScheduleRole', 'TaskExecutionRole'].toSorted(),
    );
  });

  test('have every wildcard for a listed reason, and no reason is left over', () => {
    const found = PROFILES.flatMap(({ name }) =>
      ofType(name, 'AWS::IAM::Role')
        .flatMap(({ logicalId }) => statementsIn(name, logicalId))
        .flatMap((statement) =>
          actionsOf(statement).flatMap((action) =>
            resourcesOf(statement)
              .filter((resource) => resource.includes('*'))
              .map((resource) => `${action} ${short(resource).replace(`slipway-${name}-`, 'slipway-STAGE-')}`),
          ),
        ),
    );
    expect([...new Set(found)].toSorted()).toEqual(Object.keys(WILDCARDS).toSorted());
  });

  test('name their actions in full, allow only, and take no managed policy', () => {
    for (const { name } of PROFILES) {
      for (const { logicalId, properties } of ofType(name, 'AWS::IAM::Role')) {
        expect(properties.ManagedPolicyArns, logicalId).toBeUndefined();
        for (const statement of statementsIn(name, logicalId)) {
          expect(statement.Effect).toBe('Allow');
          for (const action of actionsOf(statement)) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
        }
      }
    }
  });

  test('may delete nothing in S3 and write nothing into the inbox', () => {
    for (const role of roles()) {
      for (const statement of statementsOf(role)) {
        expect(actionsOf(statement).filter((action) => action.startsWith('s3:Delete'))).toEqual([]);
        if (!actionsOf(statement).includes('s3:PutObject')) continue;
        for (const resource of resourcesOf(statement))
          expect(resource).toMatch(/^arn:aws:s3:::resultsbucket\/(\w+\/\*|locks\/(sweep|scaler|surplus))$/);
      }
    }
  });
});

describe('conditions', () => {
  const withAction = (action: string) =>
    roles().flatMap((role) => statementsOf(role).filter((statement) => actionsOf(statement).includes(action)));

  test.each([
    'ecs:RunTask',
    'ecs:StopTask',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'ecs:DescribeServices',
    'ecs:UpdateTaskProtection',
  ])('%s is allowed in the stack’s cluster alone', (action) => {
    const statements = withAction(action);
    expect(statements.length).toBeGreaterThan(0);
    for (const { Condition } of statements) {
      expect(Condition?.ArnEquals?.['ecs:cluster']).toMatch(/^arn:aws:ecs:.*Cluster$/);
    }
  });

  test('tasks are stopped by the sweep alone, which ends no job itself', () => {
    const stopping = roles().filter((role) =>
      statementsOf(role).some((each) => actionsOf(each).includes('ecs:StopTask')),
    );
    expect(stopping).toEqual(['SweepTaskRole']);
    const written = statementsOf('SweepTaskRole').filter((each) => actionsOf(each).includes('s3:PutObject'));
    expect(written.flatMap(resourcesOf).map(short)).not.toContain('resultsbucket/outcomes/*');
  });

  test('roles are passed to tasks alone, and only those of the task that is launched', () => {
    const passed = Object.fromEntries(
      ['OnObjectCreatedRole', 'OnScheduleRole', 'OnTaskStoppedRole'].map((role) => {
        const [statement] = statementsOf(role).filter((each) => actionsOf(each).includes('iam:PassRole'));
        expect(statement?.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
        return [role, statement ? resourcesOf(statement).map(short) : []];
      }),
    );
    expect(passed).toEqual({
      OnObjectCreatedRole: ['JobTaskRole', 'TaskExecutionRole'],
      OnScheduleRole: ['SweepTaskRole', 'TaskExecutionRole'],
      OnTaskStoppedRole: ['JobTaskRole', 'TaskExecutionRole'],
    });
  });

  test('the file system is mounted through its access point alone, never as root', () => {
    const mounts = withAction('elasticfilesystem:ClientMount');
    expect(mounts).toHaveLength(2);
    for (const mount of mounts) {
      expect(mount.Condition?.StringEquals?.['elasticfilesystem:AccessPointArn']).toContain('ResultsAccessPoint');
      expect(mount.Condition?.Bool).toEqual({ 'elasticfilesystem:AccessedViaMountTarget': 'true' });
    }
    expect(withAction('elasticfilesystem:ClientRootAccess')).toEqual([]);
  });

  test('every service may assume a role for this account only', () => {
    for (const role of roles()) {
      const [trust] = resolved('dev', role).AssumeRolePolicyDocument.Statement;
      // Lambda knows no such condition when it assumes a function's role.
      if (trust.Principal.Service === 'lambda.amazonaws.com') continue;
      expect(trust.Condition.StringEquals['aws:SourceAccount'], role).toBe('123456789012');
    }
  });
});
