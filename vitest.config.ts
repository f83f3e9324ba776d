import { defineConfig } from 'vitest/config';
import { memoryFolder } from './scripts/memory-folder.ts';

const memory = memoryFolder();
if (memory !== undefined) process.env.TMPDIR = memory;

const shared = {
  environment: 'node',
  pool: 'forks',
  // No test measures time. These end what hangs: a machine whose cores are taken by others makes all else slow, not wrong.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  teardownTimeout: 60_000,
  expect: { poll: { timeout: 90_000 } },
  setupFiles: 'tests/property-seed.ts',
  // Files share a worker: what each imports is loaded, and made quick, once. None changes what another could see.
  isolate: false,
} as const;

/**
 * Three projects, so that the tests of the pure packages do not wait for a database: only `house` starts one
 * (apps/server/src/store/testing/cluster.ts).
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'packages', include: ['packages/*/src/**/*.test.{ts,tsx}'] } },
      {
        // The web application's components are compiled for Preact, as its own build does.
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          ...shared,
          name: 'house',
          include: ['apps/*/src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'tests/e2e/**'],
          globalSetup: ['apps/server/src/store/testing/global-setup.ts'],
        },
      },
      {
        // The pages in real browsers on real servers: each worker has one of both, which the setup starts.
        test: {
          ...shared,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/setup.ts'],
          // A file's sessions are its own.
          isolate: true,
        },
      },
    ],
  },
});
