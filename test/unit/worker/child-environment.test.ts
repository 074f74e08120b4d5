import { expect, it } from 'vitest';
import { childEnvironment } from '../../../worker/pool/child-environment.ts';

it('gives a processor its settings and nothing of AWS’s or of Slipway’s wiring', () => {
  const environment = {
    PATH: '/bin',
    THUMB_PIXELS: '256',
    MY_MODEL: 'x',
    LOG_LEVEL: 'INFO',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x',
    ECS_CONTAINER_METADATA_URI_V4: 'http://x',
    ECS_AGENT_URI: 'http://x',
    JOB_QUEUE_URL: 'http://x',
    JOB_DEAD_LETTER_QUEUE_URL: 'http://x',
    RESULTS_BUCKET: 'r',
    INBOX_BUCKET: 'i',
    JOB: '{}',
    JOB_ID: 'x',
    NODE_OPTIONS: '--inspect',
    EMPTY: undefined,
  };
  expect(childEnvironment(environment)).toEqual({
    PATH: '/bin',
    THUMB_PIXELS: '256',
    MY_MODEL: 'x',
    LOG_LEVEL: 'INFO',
  });
});
