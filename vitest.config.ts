import { defineConfig } from 'vitest/config'

const ignored = ['**/node_modules/**', '.next/**', 'e2e/**', '.data/**']

export default defineConfig({
  test: {
    globals: false,
    watch: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{app,lib,workers,scripts,examples,tests}/**/*.test.{ts,tsx}'],
          exclude: [...ignored, 'lib/soho/**', '**/*.int.test.ts', '**/*.learn.test.ts', '**/*.long.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'numerics',
          include: ['lib/soho/**/*.test.ts'],
          exclude: [...ignored, '**/*.int.test.ts', '**/*.learn.test.ts', '**/*.long.test.ts'],
          setupFiles: ['tests/numerics-set-up.ts'],
          // TensorFlow belongs to a process, not to a thread, and brings its own threads.
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
          // A hook may run a whole stage.
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{app,lib,workers,scripts,examples,tests}/**/*.int.test.ts'],
          exclude: ignored,
          globalSetup: ['tests/database-server.ts'],
          setupFiles: ['tests/own-database.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'learning',
          include: ['{lib,workers,examples,tests}/**/*.learn.test.ts'],
          exclude: ignored,
          setupFiles: ['tests/numerics-set-up.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'long',
          include: ['{app,lib,workers,scripts,examples,tests}/**/*.long.test.ts'],
          exclude: ignored,
          globalSetup: ['tests/database-server.ts'],
          setupFiles: ['tests/own-database.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 1_800_000,
        },
      },
    ],
  },
})
