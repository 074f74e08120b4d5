import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { PROFILES } from '../../infra/profiles.ts';
import { resources } from './template.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Short forms (`!Sub`) as what they are short for. */
const CUSTOM_TAGS = ['Ref', 'Sub', 'GetAtt', 'If', 'Equals'].flatMap((name) => {
  const key = name === 'Ref' ? 'Ref' : `Fn::${name}`;
  return [
    { tag: `!${name}`, resolve: (text: string) => ({ [key]: text }) },
    { tag: `!${name}`, collection: 'seq' as const, resolve: (items: unknown) => ({ [key]: items }) },
  ];
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const role = (name: string) =>
  parse(read('infra/deploy-role.yml'), { customTags: CUSTOM_TAGS }).Resources[name].Properties;
const statements = (name: string): Statement[] =>
  role(name).Policies.flatMap(
    ({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) => PolicyDocument.Statement,
  );
const actions = (name: string) => statements(name).flatMap(({ Action }) => Action);

/** The prefix of a service's actions where it is not its name in types. */
const PREFIXES: Readonly<Record<string, string>> = {
  ApplicationAutoScaling: 'application-autoscaling',
  EFS: 'elasticfilesystem',
};

test('GitHub may take the role for one environment of one repository, and nobody else', () => {
  const [statement] = role('DeployRole').AssumeRolePolicyDocument.Statement;
  expect(role('DeployRole').AssumeRolePolicyDocument.Statement).toHaveLength(1);
  expect(statement.Condition.StringEquals).toEqual({
    'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
    'token.actions.githubusercontent.com:sub': { 'Fn::Sub': `repo:\${Repository}:environment:\${Stage}` },
  });
});

test('the run itself changes stacks with the stack’s role alone, and passes no other', () => {
  const changing = statements('DeployRole').filter(({ Action }) =>
    [Action].flat().includes('cloudformation:CreateStack'),
  );
  expect(changing.map(({ Condition }) => Condition)).toEqual([
    { ArnEquals: { 'cloudformation:RoleArn': { 'Fn::GetAtt': 'StackRole.Arn' } } },
  ]);
  expect(actions('DeployRole').filter((action) => action.includes('*'))).toEqual([]);
  expect(actions('DeployRole').filter((action) => action.startsWith('iam:'))).toEqual(['iam:PassRole']);
});

test('CloudFormation may make every service’s resources that a profile has', () => {
  const types = PROFILES.flatMap(({ name }) => resources(name).map(({ type }) => type));
  const services = [...new Set([...types, 'AWS::ECR::Repository', 'AWS::CodeBuild::Project'])].map((type) => {
    const [, service = ''] = type.split('::');
    return PREFIXES[service] ?? service.toLowerCase();
  });
  const allowed = new Set(actions('StackRole').map((action) => action.split(':')[0]));
  expect([...new Set(services)].filter((service) => !allowed.has(service))).toEqual([]);
});

test('roles that CloudFormation makes bear the stack’s name, and it hands them to known services alone', () => {
  for (const statement of statements('StackRole')) {
    const ofRoles = [statement.Action].flat().some((action) => action.startsWith('iam:'));
    if (!ofRoles) continue;
    expect(JSON.stringify((statement as { Resource?: unknown }).Resource)).toMatch(
      /slipway-\$\{Stage\}-\*|aws-service-role/,
    );
  }
  const passing = statements('StackRole').filter(({ Action }) => Action === 'iam:PassRole');
  expect(passing.map(({ Condition }) => Object.keys(Condition?.StringEquals ?? {}))).toEqual([['iam:PassedToService']]);
});

test.each(['infra/deploy-role.yml', 'infra/worker-image.yml'])(
  '%s has no aliases: CloudFormation takes none',
  (path) => {
    const document = parseDocument(read(path), { customTags: CUSTOM_TAGS });
    expect(document.errors).toEqual([]);
    expect(read(path)).not.toMatch(/^[^#'"]*[:-] [&*][a-zA-Z]/m);
  },
);

test('the workflow uses actions by commit, stores no key, and asks for no right that it does not need', () => {
  const text = read('.github/workflows/deploy.yml');
  const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action);
  expect(uses.length).toBeGreaterThan(2);
  for (const action of uses) expect(action).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/);
  expect(text).not.toMatch(/secrets\.|AWS_ACCESS_KEY|AWS_SECRET/);
  const { permissions, jobs } = parse(text);
  expect(permissions).toEqual({});
  expect(jobs.deploy.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  // What a user types reaches a shell through its environment only.
  for (const { run = '' } of jobs.deploy.steps) expect(run).not.toContain('${{');
});
