import { join } from 'node:path';

/** `SLIPWAY_HOME`, or `.slipway` in the project: data, mailbox and the compiled template of the local system. */
export function homeDirectory(serviceDirectory: string): string {
  return process.env.SLIPWAY_HOME ?? join(serviceDirectory, '.slipway');
}

/** The file that tells commands of the running system. */
export function systemFile(serviceDirectory: string): string {
  return join(homeDirectory(serviceDirectory), 'system.json');
}

/** `SLIPWAY_ACCESS_RECORDS`: a folder that every local system tells which permissions it used; none when it is not set. */
export function accessRecordsDirectory(): string | undefined {
  return process.env.SLIPWAY_ACCESS_RECORDS || undefined;
}
