import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readme, withTable } from '../../configuration-table.ts';

test('the README shows the variables that the server reads (node server/configuration-table.ts writes them)', () => {
  const text = readFileSync(readme, 'utf8');
  expect(text).toBe(withTable(text));
});
