import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { functionNameOf, type Registry } from '../registry.ts';

const properties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.coerce.string().optional(),
});

/** AWS::Lambda::Permission: a statement of the function's policy, shown by GetPolicy and read by access control. */
export function permissionProvider(registry: Registry): ResourceProvider {
  return resourceProvider('AWS::Lambda::Permission', properties, (wanted, resource) => {
    const name = functionNameOf(wanted.FunctionName);
    const id = resource.generatedName;
    registry.putStatement(name, id, {
      Sid: id,
      Effect: 'Allow',
      Principal: /\.amazonaws\.com$/.test(wanted.Principal) ? { Service: wanted.Principal } : { AWS: wanted.Principal },
      Action: wanted.Action,
      Resource: registry.functionArn(name),
      ...conditionOf(wanted),
    });
    return { ref: id, attributes: { Id: id } };
  });
}

function conditionOf(wanted: z.infer<typeof properties>) {
  const condition = {
    ...(wanted.SourceArn ? { ArnLike: { 'AWS:SourceArn': wanted.SourceArn } } : {}),
    ...(wanted.SourceAccount ? { StringEquals: { 'AWS:SourceAccount': wanted.SourceAccount } } : {}),
  };
  return Object.keys(condition).length > 0 ? { Condition: condition } : {};
}
