import { bombs } from './bombs.ts';
import { damaged } from './damaged.ts';
import { disguises } from './disguises.ts';
import { oriented } from './oriented.ts';
import type { PictureCase } from './picture-case.ts';
import { unusual } from './unusual.ts';

/** Every picture of the corpus. */
export const pictures: readonly PictureCase[] = [...bombs, ...damaged, ...disguises, ...unusual, ...oriented];
