import type { StageParameters } from '../stage-parameters.ts';

/** What is lost for good when it goes; a queue loses its jobs, which the sweep would queue again. */
const STATEFUL = [
  'AWS::S3::Bucket',
  'AWS::EFS::FileSystem',
  'AWS::EFS::AccessPoint',
  'AWS::SQS::Queue',
  'AWS::KMS::Key',
];

const EVERYTHING = { Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' };

const NOTHING_LOST = {
  Effect: 'Deny',
  Principal: '*',
  Action: ['Update:Replace', 'Update:Delete'],
  Resource: '*',
  Condition: { StringEquals: { ResourceType: STATEFUL } },
};

/** How data at rest is encrypted, and what may become of it. */
export function protectionValues({ encryption, deletionProtection }: StageParameters) {
  return {
    /** Name of a file in infra/. */
    encryptionFile: encryption === 'kms' ? 'encryption-kms' : 'nothing',
    /** What an update of the stack may do. Without a statement it may do everything, but one that is there stays. */
    stackPolicy: deletionProtection === 'enabled' ? [EVERYTHING, NOTHING_LOST] : [EVERYTHING],
  };
}
