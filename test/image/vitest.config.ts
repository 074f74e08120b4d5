import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// `npm run image` builds the image first and says where it is; on its own this runs nothing.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/image/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
