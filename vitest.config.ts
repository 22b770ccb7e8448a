import { defineConfig } from 'vitest/config';
import { CountReporter } from './spec/count-reporter.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'spec/**/*.spec.ts'],
    // One process per file: DuckDB's file lock belongs to the process, so two worker threads that
    // open the same database would not see each other.
    pool: 'forks',
    // Most files wait for commands they start: two at a time keep two cores busy.
    maxWorkers: 2,
    reporters: ['default', new CountReporter()],
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
