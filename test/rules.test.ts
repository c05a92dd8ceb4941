import { expect, test } from 'vitest';
import { rulesPage } from './rules.ts';

const page = [
  '| rule | what holds | tests |',
  '| --- | --- | --- |',
  '| AA-01 | One thing. | old |',
  '| AA-02 | Another. |  |',
].join('\n');

test('the last column is filled in from the tests, all else stays', () => {
  const tested = new Map([
    ['AA-01', ['a.test.ts', 'b.test.ts']],
    ['AA-02', ['a.test.ts']],
  ]);
  expect(rulesPage(page, tested)).toEqual({
    page: page.replace('| old |', '| `a.test.ts`, `b.test.ts` |').replace('|  |', '| `a.test.ts` |'),
    problems: [],
  });
});

test('a line without a test, a number without a line and a second line are named', () => {
  const { problems } = rulesPage(
    `${page}\n| AA-02 | Again. |  |`,
    new Map([
      ['AA-02', ['a.test.ts']],
      ['AA-03', ['c.test.ts']],
    ]),
  );
  expect(problems).toEqual([
    'AA-01 has a line in docs/rules.md, but no test.',
    'AA-03 has a test (c.test.ts), but no line in docs/rules.md.',
    'AA-02 has two lines in docs/rules.md.',
  ]);
});
