import type { StageParameters } from '../stage-parameters.ts';

/** Where what tasks print goes. */
export function loggingValues({ logging, splunkHost, splunkPort }: StageParameters) {
  const toSplunk = splunkHost !== '';
  const output = logging === 'awslogs' ? 'awslogs' : toSplunk ? 'firelens-splunk' : 'firelens-cloudwatch';
  return {
    /** Names of files in infra/. */
    logDriverFile: `log-driver-${output}`,
    logRouterFile: logging === 'firelens' ? 'log-router' : 'nothing',
    logRouterRightsFile: logging === 'awslogs' ? 'nothing' : `log-router-${toSplunk ? 'splunk' : 'cloudwatch'}`,
    /** The way out to everything is port 443 alone. */
    logEgressFile: toSplunk && splunkPort !== 443 ? 'log-router-splunk-port' : 'nothing',
    /** For the e-mails of onTaskStopped: `KIND` is service, job or sweep. Nothing where the lines are not in CloudWatch. */
    workerLogGroup: toSplunk ? '' : { Ref: 'WorkerLogGroup' },
    workerLogStream: logging === 'awslogs' ? 'KIND/worker/TASK' : 'KIND/worker-firelens-TASK',
  };
}
