import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import type { Finding } from '../finding.ts';

/** cfn-guard with AWS Control Tower's proactive rules; the package brings the binary. */
export async function controlTower(templateFile: string): Promise<Finding[]> {
  // Its parameter is CDK's whole context, of which it reads this.
  const { violations } = new CfnGuardValidator().validate({ templatePaths: [templateFile] } as never);
  return violations.flatMap(({ ruleName, description = '', violatingResources }) => {
    const [, rule = ruleName, text = description] = /^\[([\w.]+)\]: (.*)$/s.exec(description) ?? [];
    // One that is not named is a part of one that is.
    const resources = new Set(violatingResources.map(({ resourceLogicalId }) => resourceLogicalId).filter(Boolean));
    return [...resources].map((resource) => ({ tool: 'control-tower' as const, rule, resource, text }));
  });
}
