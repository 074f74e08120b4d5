import { arn } from '../../account.ts';
import { type Authorization, type AuthorizationTable, type Members, on, text } from '../authorization.ts';

/** CloudFormation, after the Service Authorization Reference (list_cloudformation): everything is allowed on stacks. */
export const CLOUDFORMATION: AuthorizationTable<Members> = {
  DescribeStackResources: onStack('DescribeStackResources'),
  DescribeStacks: onStack('DescribeStacks'),
  ListStackResources: onStack('ListStackResources'),
};

function onStack(action: string): Authorization<Members> {
  return ({ StackName }, { region }) => {
    const name = text(StackName);
    return [
      on(
        `cloudformation:${action}`,
        name.startsWith('arn:') ? name : arn('cloudformation', region, `stack/${name || '*'}/*`),
      ),
    ];
  };
}
