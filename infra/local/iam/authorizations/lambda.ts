import { arn } from '../../account.ts';
import { functionNameOf } from '../../lambda/registry.ts';
import { type Authorization, type AuthorizationTable, type Members, on, text } from '../authorization.ts';

/** Lambda, after the Service Authorization Reference (list_lambda): Invoke is the action InvokeFunction. */
export const LAMBDA: AuthorizationTable<Members> = {
  GetEventSourceMapping: (input, { region }) => [
    on('lambda:GetEventSourceMapping', arn('lambda', region, `event-source-mapping:${text(input.UUID)}`)),
  ],
  GetFunction: ofFunction('GetFunction'),
  GetFunctionConfiguration: ofFunction('GetFunctionConfiguration'),
  GetFunctionEventInvokeConfig: ofFunction('GetFunctionEventInvokeConfig'),
  GetPolicy: ofFunction('GetPolicy'),
  Invoke: ofFunction('InvokeFunction'),
  ListEventSourceMappings: () => [on('lambda:ListEventSourceMappings', '*')],
  ListFunctions: () => [on('lambda:ListFunctions', '*')],
  UpdateEventSourceMapping: (input, { region }) => [
    on('lambda:UpdateEventSourceMapping', arn('lambda', region, `event-source-mapping:${text(input.UUID)}`)),
  ],
};

function ofFunction(action: string): Authorization<Members> {
  return ({ FunctionName }, { region }) => [
    on(`lambda:${action}`, arn('lambda', region, `function:${functionNameOf(text(FunctionName))}`)),
  ];
}
