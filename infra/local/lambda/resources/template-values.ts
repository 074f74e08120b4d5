import { z } from 'zod';

/** A boolean, which templates also spell as text. */
export const templateBoolean = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** A property that has no effect locally, whatever it holds. */
export const ignored = z.unknown().optional();
