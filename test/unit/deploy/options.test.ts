import { expect, test } from 'vitest';
import { readDeployOptions } from '../../../cli/deploy/options.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

test('everything can be said on the command line', () => {
  const args = '--stage dev --region eu-west-1 --param maxTasks=2 --param alertEmail=a@b.c --build podman --yes';
  expect(readDeployOptions(args.split(' '))).toEqual({
    stage: 'dev',
    region: 'eu-west-1',
    params: ['maxTasks=2', 'alertEmail=a@b.c'],
    build: 'podman',
    imageDigest: undefined,
    imageUri: undefined,
    yes: true,
  });
});

test('who names an image builds none', () => {
  expect(readDeployOptions(['--stage', 'dev', '--image-digest', DIGEST])).toMatchObject({ build: 'none' });
});

test.each([
  ['', 'No stage was named; expected: npm run deploy'],
  ['--stage Dev', 'The stage is "Dev"; expected up to 20 small letters'],
  ['--stage dev-image', 'no "-image" at the end'],
  ['--stage a-stage-with-a-long-name', 'expected up to 20'],
  ['--stage dev --build kaniko', '--build is "kaniko"; expected one of docker, podman, finch, codebuild, none.'],
  ['--stage dev --param maxTasks', '--param is "maxTasks"; expected NAME=VALUE.'],
  ['--stage dev --param imageUri=x', 'give --image-uri instead'],
  ['--stage dev --image-digest latest', '--image-digest is "latest"; expected sha256:'],
  [`--stage dev --image-digest ${DIGEST} --build docker`, '--build docker would build an image'],
  [`--stage dev --image-digest ${DIGEST} --image-uri x`, 'expected one of them'],
  ['--stage dev --force', "Unknown option '--force'"],
])('deploy %s: "%s"', (args, sentence) => {
  expect(() => readDeployOptions(args.split(' ').filter(Boolean))).toThrow(sentence);
});
