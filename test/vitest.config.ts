import { defineConfig } from 'vitest/config';
import { SlowFirst } from './slow-first.ts';

export default defineConfig({
  test: {
    name: 'test',
    include: ['**/*.test.ts'],
    // These need a browser, minutes or a quiet machine; check.ts and bench.ts run them by themselves.
    exclude: ['**/node_modules/**', 'e2e/**', 'bench/**'],
    // Each file has a workspace of its own anyway, and most of the time is spent waiting for processes and clocks.
    isolate: false,
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    testTimeout: 20_000,
  },
});
