import { defineProject } from 'vitest/config';
import { WxtVitest } from 'wxt/testing/vitest-plugin';

export default defineProject({
  plugins: [await WxtVitest({ root: import.meta.dirname })],
  test: { name: 'extension', include: ['**/*.test.{ts,tsx}'], exclude: ['node_modules/**', '.output/**'] },
});
