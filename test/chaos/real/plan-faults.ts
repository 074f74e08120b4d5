import type { FaultScriptInput } from '../../../infra/local/faults/fault-script.ts';
import type { Chance } from '../sim/chance.ts';

type Requests = NonNullable<FaultScriptInput['requests']>;
type RequestRule = Requests[number];

/** Roles, within their ARNs. */
const WORKER = 'WorkerTaskRole|JobTaskRole';
const FUNCTIONS = 'OnObjectCreatedRole|OnTaskStoppedRole|OnScheduleRole';

const SLOW_DOWN = { kind: 'answer', status: 503, code: 'SlowDown' } as const;
const THROTTLED = { kind: 'answer', status: 400, code: 'ThrottlingException' } as const;
const FAILED = { kind: 'answer', status: 500, code: 'InternalError' } as const;
const LOST_ANSWER = { kind: 'hang-up', applied: true } as const;
const LOST_REQUEST = { kind: 'hang-up' } as const;
const AFTER = { applied: true } as const;

/** More answers than the SDK takes in a row: the job itself has to be put back. */
const OUTAGE_ANSWERS = 5;

/** S3 is down for some objects, each with a group of keys to itself. */
export function outages(count: number): { readonly rules: Requests; readonly tags: readonly string[] } {
  const tags = Array.from({ length: count }, (_, index) => `o${index}`);
  const rules = tags.map((tag) => ({
    name: 's3: down for one object',
    on: { service: 's3', operation: 'GetObject', resource: `/${tag}/`, principal: WORKER },
    times: OUTAGE_ANSWERS,
    do: SLOW_DOWN,
  }));
  return { rules, tags };
}

/** What goes wrong between the parts; `lostEvents` is how many uploads only a sweep can find. */
export function faultRules(
  chance: Chance,
  uploads: number,
): { readonly script: FaultScriptInput; readonly lostEvents: number } {
  /** Some occasions among the first `of`, as many as `share` of the uploads. */
  function some(share: number, of = uploads): number[] {
    const wanted = Math.ceil(share * uploads);
    return Array.from({ length: wanted }, () => 1 + Math.floor(chance.between(0, of)));
  }
  const rule = (name: string, on: RequestRule['on'], action: RequestRule['do'], nth: number[]): RequestRule => ({
    name,
    on,
    nth,
    do: action,
  });
  const s3 = (operation: string, resource: string) => ({ service: 's3', operation, resource, principal: WORKER });
  const sqs = (operation: string) => ({ service: 'sqs', operation, resource: '-jobs-', principal: WORKER });
  const lost = { dropped: some(0.008), refused: some(0.008) };

  const requests: Requests = [
    rule('s3: slow down, outcome', s3('PutObject', '/outcomes/'), SLOW_DOWN, some(0.03)),
    rule('s3: slow down, journal', s3('PutObject', '/journal/'), SLOW_DOWN, some(0.03)),
    rule('s3: slow down, output', s3('PutObject', '/outputs/'), SLOW_DOWN, some(0.03)),
    rule('s3: slow down, reading', s3('GetObject', '/(outcomes|latest|chaos)/'), SLOW_DOWN, some(0.03)),
    rule('s3: outcome stored, answered 500', s3('PutObject', '/outcomes/'), { ...FAILED, ...AFTER }, some(0.03)),
    rule('s3: outcome stored, answer lost', s3('PutObject', '/outcomes/'), LOST_ANSWER, some(0.02)),
    rule('s3: journal stored, answer lost', s3('PutObject', '/journal/'), LOST_ANSWER, some(0.02)),
    rule('s3: pointer stored, answer lost', s3('PutObject', '/latest/'), LOST_ANSWER, some(0.02)),
    rule('s3: request lost', s3('PutObject', '/(timeline|outputs)/'), LOST_REQUEST, some(0.02)),
    rule('s3: conflict', s3('PutObject', '/outcomes/'), conflict, some(0.02)),
    rule(
      'sqs: answer lost',
      { ...sqs('ReceiveMessage'), answer: 'ReceiptHandle' },
      LOST_ANSWER,
      some(0.015, uploads / 4),
    ),
    rule('sqs: delivered twice', sqs('ReceiveMessage'), deliverTwice, some(0.02, uploads / 4)),
    rule('sqs: throttled', sqs('ReceiveMessage'), THROTTLED, some(0.02, uploads / 4)),
    rule('sqs: deleted, answered 500', sqs('DeleteMessageBatch'), { ...FAILED, ...AFTER }, some(0.02, uploads / 2)),
    rule('sqs: not deleted, answered 500', sqs('DeleteMessageBatch'), FAILED, some(0.02, uploads / 2)),
    rule('sqs: delete lost', sqs('DeleteMessageBatch'), LOST_REQUEST, some(0.01, uploads / 2)),
    rule('sqs: lease not renewed', sqs('ChangeMessageVisibility'), FAILED, some(0.02, uploads / 20)),
    rule('sqs: dead letter sent, answer lost', deadLetter, LOST_ANSWER, some(0.008, uploads / 20)),
    rule(
      'ecs: throttled',
      { service: 'ecs', operation: 'DescribeTasks', principal: WORKER },
      THROTTLED,
      some(0.008, 20),
    ),
    rule('ecs: no capacity', runTask, noCapacity, some(0.008, uploads / 30)),
    rule('ecs: started, answer lost', runTask, LOST_ANSWER, some(0.005, uploads / 30)),
    rule('ecs: protection refused', protection, { ...FAILED, code: 'ServerException' }, some(0.01, uploads / 20)),
  ];
  return {
    lostEvents: new Set(lost.dropped).size + new Set(lost.refused).size,
    script: {
      requests,
      events: [
        { name: 'event: lost', on: UPLOADED, nth: lost.dropped, do: 'drop' },
        { name: 'event: twice', on: UPLOADED, nth: some(0.1), do: 'publish-twice' },
        { name: 'stop event: twice', on: { source: 'aws.ecs', detail: STOPPED }, every: 3, do: 'publish-twice' },
        { name: 'stop event: lost', on: { source: 'aws.ecs', detail: STOPPED }, every: 7, do: 'drop' },
      ],
      deliveries: [
        { name: 'event: to the dead-letter queue', on: JOB_EVENT, nth: lost.refused, do: { kind: 'refuse' } },
        { name: 'event: tried again', on: JOB_EVENT, nth: some(0.02), do: { kind: 'fail' } },
        { name: 'event: late', on: JOB_EVENT, nth: some(0.03), do: { kind: 'delay', milliseconds: 2_000 } },
      ],
    },
  };
}

/** Of what was deleted afterwards too; not the events that say so. */
const UPLOADED = { source: 'aws.s3', detail: '"reason":"PutObject"' };
const STOPPED = '"lastStatus":"STOPPED"';
/** Deliveries to the two queues of jobs. */
const JOB_EVENT = { target: '-(jobs|launches)-' };
const conflict = { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' } as const;
/** SQS hands a message out and shows it to the next receiver at once. */
const deliverTwice = { kind: 'rewrite', members: { VisibilityTimeout: 0 } } as const;
const deadLetter = { service: 'sqs', operation: 'SendMessageBatch', resource: 'DeadLetter', principal: WORKER };
/** Of jobs; the sweep has to come in the end. */
const runTask = { service: 'ecs', operation: 'RunTask', resource: '-job:', principal: FUNCTIONS };
const noCapacity = {
  kind: 'answer',
  status: 200,
  body: { tasks: [], failures: [{ reason: 'RESOURCE:MEMORY' }] },
} as const;
const protection = { service: 'ecs-agent', operation: 'PUT', resource: 'task-protection' };
