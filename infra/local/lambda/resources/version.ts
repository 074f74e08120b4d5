import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { functionNameOf, type Registry } from '../registry.ts';
import { ignored } from './template-values.ts';

const properties = z.strictObject({
  FunctionName: z.string(),
  // There is one version of the code locally: the built files.
  CodeSha256: ignored,
  Description: ignored,
});

/** AWS::Lambda::Version: always version 1, which runs what $LATEST runs. `Ref` is the ARN with the version. */
export function versionProvider(registry: Registry): ResourceProvider {
  return resourceProvider('AWS::Lambda::Version', properties, (wanted) => {
    const functionArn = `${registry.functionArn(functionNameOf(wanted.FunctionName))}:1`;
    return { ref: functionArn, attributes: { FunctionArn: functionArn, Version: '1' } };
  });
}
