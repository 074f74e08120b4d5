import { restJsonHandler } from '../http/rest-json-protocol.ts';
import type { WireService } from '../http/wire.ts';
import type { LambdaContext } from './operations/context.ts';
import { getEventSourceMapping } from './operations/get-event-source-mapping.ts';
import { getFunction } from './operations/get-function.ts';
import { getFunctionConfiguration } from './operations/get-function-configuration.ts';
import { getFunctionEventInvokeConfig } from './operations/get-function-event-invoke-config.ts';
import { getPolicy } from './operations/get-policy.ts';
import { handleInvoke, isInvoke } from './operations/invoke.ts';
import { listEventSourceMappings } from './operations/list-event-source-mappings.ts';
import { listFunctions } from './operations/list-functions.ts';
import { updateEventSourceMapping } from './operations/update-event-source-mapping.ts';

/** Lambda's API. */
export function lambdaWire(context: LambdaContext): WireService {
  const functions = '/2015-03-31/functions';
  const mappings = '/2015-03-31/event-source-mappings';
  const handleRest = restJsonHandler({
    service: 'lambda',
    store: context,
    routes: [
      { method: 'GET', path: functions, operation: listFunctions },
      { method: 'GET', path: `${functions}/{FunctionName}`, operation: getFunction },
      { method: 'GET', path: `${functions}/{FunctionName}/configuration`, operation: getFunctionConfiguration },
      { method: 'GET', path: `${functions}/{FunctionName}/policy`, operation: getPolicy },
      {
        method: 'GET',
        path: '/2019-09-25/functions/{FunctionName}/event-invoke-config',
        operation: getFunctionEventInvokeConfig,
      },
      { method: 'GET', path: mappings, operation: listEventSourceMappings },
      { method: 'GET', path: `${mappings}/{UUID}`, operation: getEventSourceMapping },
      { method: 'PUT', path: `${mappings}/{UUID}`, operation: updateEventSourceMapping },
    ],
  });
  return {
    signingNames: ['lambda'],
    handle: (request, call) => (isInvoke(request) ? handleInvoke(context, request, call) : handleRest(request, call)),
  };
}
