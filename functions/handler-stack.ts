import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { SlipwayError } from '../core/errors.ts';
import type { Log } from './log.ts';

/** A function as Lambda calls it. */
export type LambdaHandler<Result> = (event: unknown, context: unknown) => Promise<Result>;

/** What makes one function out of the stack. */
export interface FunctionParts<Schema extends z.ZodType, Result> {
  /** What the event should be, for the message when it is not: "an SQS batch". */
  readonly expects: string;
  readonly schema: Schema;
  /** Reads the settings and joins the ports, once for every container of the function. */
  compose(log: Log): (event: z.output<Schema>, context: unknown) => Promise<Result>;
}

/**
 * The middleware of all functions: log lines carry the request, the event is parsed, an error is logged once and then
 * thrown, so that Lambda retries it. Cold starts are in the log lines (`cold_start`), which costs nothing.
 */
export function handlerStack<Schema extends z.ZodType, Result>(
  parts: FunctionParts<Schema, Result>,
): LambdaHandler<Result> {
  const logger = new Logger();
  const log: Log = {
    info: (message, details) => logger.info(message, details),
    warn: (message, details) => logger.warn(message, details),
    error: (message, details) => logger.error(message, details),
  };
  let run: ((event: z.output<Schema>, context: unknown) => Promise<Result>) | undefined;
  return middy()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logErrors(logger))
    .use(parseEvent(parts))
    .handler(async (event: unknown, context: unknown) => {
      // Not at import: settings that are missing end in the log like any other error, and tests may import the logic.
      run ??= parts.compose(log);
      return run(event as z.output<Schema>, context);
    }) as LambdaHandler<Result>;
}

function logErrors(logger: Logger) {
  return {
    onError: ({ error }: { error: unknown }) => {
      const known = error instanceof Error ? error : new Error(String(error));
      logger.error(known.message, known);
    },
  };
}

function parseEvent<Schema extends z.ZodType>({ expects, schema }: { expects: string; schema: Schema }) {
  return {
    before: (request: { event: unknown }) => {
      const parsed = schema.safeParse(request.event);
      if (!parsed.success) throw badEvent(expects, parsed.error);
      request.event = parsed.data;
    },
  };
}

function badEvent(expects: string, cause: z.ZodError): SlipwayError {
  const issue = cause.issues[0];
  const where = issue?.path.join('.') || 'the event';
  return new SlipwayError('bad-event', `The event is not ${expects}: ${where}: ${issue?.message ?? 'not valid'}.`, {
    cause,
  });
}
