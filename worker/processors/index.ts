import type { Processor } from '../processor.ts';
import { imageProcessor } from './image.ts';

/** The processors of this deployment. The first one that accepts an object gets it; add yours here. */
export const processors: readonly Processor[] = [imageProcessor];
