import { fileURLToPath } from 'node:url';
import { homeDirectory as homeOf, systemFile as systemFileOf } from '../infra/local/home.ts';

/** The project's folder. */
export const projectDirectory = fileURLToPath(new URL('..', import.meta.url));

/** Where a local system keeps everything. */
export const homeDirectory = homeOf(projectDirectory);

/** Tells commands of the system that runs in the home folder. */
export const systemFile = systemFileOf(projectDirectory);
