import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import type { Finding } from '../finding.ts';

const PACKS = [AwsSolutionsChecks, ServerlessChecks, NIST80053R5Checks];

/** cdk-nag over the template as CDK includes it: AWS Solutions, Serverless, and NIST 800-53 revision 5. */
export async function cdkNag(templateFile: string): Promise<Finding[]> {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'slipway');
  new CfnInclude(stack, 'template', { templateFile });
  return PACKS.flatMap((Pack) =>
    new Pack(app).validateScope(stack).violations.flatMap(({ ruleName, description, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({
        tool: 'cdk-nag' as const,
        rule: ruleName,
        resource: constructPath.split('/').at(-1) ?? constructPath,
        text: description,
      })),
    ),
  );
}
