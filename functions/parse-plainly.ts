// The first import of functions that are seldom called, so that it runs before a schema is made. Otherwise zod writes and
// compiles a parser for each object schema at its first use, which pays after hundreds of events, not at a first call.
import * as z from 'zod';

z.config({ jitless: true });
