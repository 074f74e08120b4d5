import { defineConfig } from 'vitest/config';

const template = ['test/template/**/*.test.ts'];
/** Whole systems, one after the other: `npm run test:long`. */
const long = [
  'test/e2e/{profiles,rare-paths,healed-system,killed-system,scaling,responder}.test.ts',
  'test/chaos/real/run.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    setupFiles: ['test/support/seed-properties.ts'],
    projects: [
      // The template is compiled once for all its tests, and only when one of them runs.
      { extends: true, test: { name: 'template', include: template, globalSetup: 'test/template/compile.ts' } },
      {
        extends: true,
        test: {
          name: 'code',
          include: ['test/**/*.test.ts'],
          exclude: ['test/image/**', ...template, ...long],
        },
      },
      { extends: true, test: { name: 'long', include: long } },
    ],
  },
});
