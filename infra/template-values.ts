import { dashboardBody } from './dashboard/dashboard-body.ts';
import { IMAGE_URI, type StageParameters } from './stage-parameters.ts';
import { loggingValues } from './values/logging-values.ts';
import { networkValues } from './values/network-values.ts';
import { placementValues } from './values/placement-values.ts';
import { protectionValues } from './values/protection-values.ts';
import { responderValues } from './values/responder-values.ts';
import { scalingValues } from './values/scaling-values.ts';
import { serviceValues } from './values/service-values.ts';

/** The parameters, and what follows from them. */
export function templateValues(parameters: StageParameters) {
  const { imageUri, auditLogs, stackRoleArn } = parameters;
  const placement = placementValues(parameters);
  return {
    ...parameters,
    ...serviceValues(parameters),
    /** Two of these in a row hold the whole of any job that was received in the first; a multiple of a minute. */
    deadlinePeriodSeconds: Math.max(300, Math.ceil(parameters.jobDeadlineSeconds / 60) * 60),
    /** For `!Sub`. */
    dashboardBody: dashboardBody({
      ...parameters,
      instanceTypes: placement.instanceOverrides.map(({ InstanceType }) => InstanceType),
    }),
    /** Names of files in infra/. */
    auditLogFile: auditLogs === 'full' ? 'audit-logs' : 'nothing',
    /** `provider.iam` of serverless.yml. */
    providerIam: stackRoleArn === '' ? {} : { deploymentRole: stackRoleArn },
    /** What tasks run. What CloudFormation has to put in makes it a `Fn::Sub`, which it refuses without need. */
    image: imageUri.includes('${') ? { 'Fn::Sub': imageUri } : imageUri,
    /** For `!Sub`: what tasks may pull. */
    imageRepositoryArn: repositoryArn(imageUri),
    ...networkValues(parameters),
    ...placement,
    ...loggingValues(parameters),
    ...protectionValues(parameters),
    ...responderValues(parameters),
    ...scalingValues(parameters),
  };
}

function repositoryArn(imageUri: string): string {
  const [, account, region, name] = IMAGE_URI.exec(imageUri) ?? [];
  return `arn:\${AWS::Partition}:ecr:${region}:${account}:repository/${name}`;
}
