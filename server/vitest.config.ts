import { defineProject } from 'vitest/config';

export default defineProject({
  test: {
    name: 'server',
    include: ['src/**/*.test.ts'],
    // Most of the time would go into loading the same modules for each file; no test keeps anything in them.
    isolate: false,
  },
});
