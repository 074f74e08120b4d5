import type { FunctionDefinition } from './function-definition.ts';

/** The lines that Lambda itself writes around an invocation, in the function's log format. Times in milliseconds. */
export function startLine(definition: FunctionDefinition, requestId: string, now: number): string {
  if (definition.logFormat === 'Text') return `START RequestId: ${requestId} Version: $LATEST`;
  return platformRecord('platform.start', now, { requestId, version: '$LATEST' });
}

/** The end and the report. What memory was used is not known here, and not said. */
export function endLines(
  definition: FunctionDefinition,
  requestId: string,
  now: number,
  durationMs: number,
  failed: boolean,
): string[] {
  const billed = Math.ceil(durationMs);
  if (definition.logFormat === 'Text') {
    return [
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billed} ms\tMemory Size: ${definition.memoryMebibytes} MB\t`,
    ];
  }
  const metrics = {
    durationMs: Number(durationMs.toFixed(3)),
    billedDurationMs: billed,
    memorySizeMB: definition.memoryMebibytes,
  };
  return [platformRecord('platform.report', now, { requestId, metrics, status: failed ? 'error' : 'success' })];
}

/** What the Node.js runtime writes when a handler throws. `payload` is the function's error as JSON text. */
export function errorLine(requestId: string, now: number, payload: string): string {
  return `${new Date(now).toISOString()}\t${requestId}\tERROR\tInvoke Error \t${payload}`;
}

function platformRecord(type: string, now: number, record: object): string {
  return JSON.stringify({ time: new Date(now).toISOString(), type, record });
}
