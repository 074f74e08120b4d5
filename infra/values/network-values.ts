import type { StageParameters } from '../stage-parameters.ts';

const ref = (logicalId: string) => ({ Ref: logicalId });

/** Zones and mount targets have letters. */
const LETTERS = ['A', 'B', 'C'] as const;

/** What APIs tasks in a network without a way out call, and so have an endpoint (infra/network-private.yml). */
const ENDPOINTS = ['EcrApiEndpoint', 'EcrDkrEndpoint', 'LogsEndpoint', 'SqsEndpoint', 'EcsEndpoint', 'SnsEndpoint'];
/** And those of the agent on an instance (infra/network-private-instances.yml). */
const AGENT_ENDPOINTS = ['EcsAgentEndpoint', 'EcsTelemetryEndpoint'];

/** Where tasks are, how they get out, and which files of infra/ say so. */
export function networkValues(parameters: StageParameters) {
  const { network, capacity, auditLogs, subnetIds, encryption, zones } = parameters;
  const isOwn = network === 'public' || network === 'private';
  const subnets = isOwn ? LETTERS.slice(0, zones).map((letter) => ref(`Subnet${letter}`)) : subnetIds;
  const flowLogs = isOwn && auditLogs === 'full';
  const [subnetA, subnetB, subnetC] = subnets;
  return {
    /** Names of files in infra/. */
    networkFile: isOwn ? 'network' : 'nothing',
    thirdZoneFile: isOwn && zones === 3 ? 'network-third-zone' : 'nothing',
    wayOutFile: isOwn ? `network-${network}` : 'nothing',
    agentEndpointFile: network === 'private' && capacity === 'ec2' ? 'network-private-instances' : 'nothing',
    taskNetworkFile: network === 'none' ? 'nothing' : 'task-network',
    fileSystemFile: network === 'none' ? 'nothing' : 'file-system',
    thirdMountTargetFile: subnetC === undefined ? 'nothing' : 'file-system-third-zone',
    flowLogFile: flowLogs ? 'flow-logs' : 'nothing',
    fileSystemKeyFile: network !== 'none' && encryption === 'kms' ? 'encryption-kms-file-system' : 'nothing',
    flowLogKeyFile: flowLogs && encryption === 'kms' ? 'encryption-kms-flow-logs' : 'nothing',
    /** The folder that tasks share: on EFS, or on the machine that they run on. */
    resultsVolumeFile: network === 'none' ? 'results-volume-host' : 'results-volume-efs',
    vpc: isOwn ? ref('Vpc') : parameters.vpcId,
    subnets,
    subnetA,
    subnetB,
    subnetC,
    publicAddress: network === 'public' ? 'ENABLED' : parameters.assignPublicIp,
    /** The launchers' settings; empty where tasks have no network interface of their own. */
    launchSubnets: isOwn ? { 'Fn::Join': [',', subnets] } : subnetIds.join(','),
    launchSecurityGroups: network === 'none' ? '' : ref('TaskSecurityGroup'),
    launchPublicAddress: network === 'none' ? '' : network === 'public' ? 'ENABLED' : parameters.assignPublicIp,
    serviceNeeds: serviceNeeds(parameters, subnets.length),
    /** What the first responder's function needs to be made, and nothing in it refers to. */
    responderNeeds: LETTERS.slice(0, subnets.length).map((letter) => `ResultsMountTarget${letter}`),
  };
}

/** What a task needs to start and nothing in the service refers to. */
function serviceNeeds({ network, capacity, encryption, logging }: StageParameters, zones: number): string[] {
  const letters = LETTERS.slice(0, zones);
  const isOwn = network === 'public' || network === 'private';
  return [
    ...(network === 'public' ? ['PublicRoute'] : []),
    ...(network === 'private' ? ENDPOINTS : []),
    ...(network === 'private' && capacity === 'ec2' ? AGENT_ENDPOINTS : []),
    ...(isOwn ? letters.map((letter) => `Subnet${letter}RouteTableAssociation`) : []),
    ...(network === 'none' ? [] : [...letters.map((letter) => `ResultsMountTarget${letter}`), 'SharedFilesPolicy']),
    ...(capacity === 'ec2' ? ['ClusterCapacity'] : []),
    ...(encryption === 'kms' ? ['WorkersKeyPolicy'] : []),
    ...(logging === 'firelens' ? ['LogRouterPolicy'] : []),
  ];
}
