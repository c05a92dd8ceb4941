import { defineConfig } from 'vitest/config';

/** The browser tests: one Chromium, scenes that build on each other. check.ts runs them after the builds. */
export default defineConfig({
  test: { name: 'e2e', include: ['**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false },
});
