import { expect, test } from 'vitest';
import { createTogether } from './shared-commit.ts';

type Attempt = { id: string };

/** A command that writes down its sets; an attempt called `bad` makes its whole set fail, one called `lost…` loses. */
function aCommand() {
  const sets: string[][] = [];
  const command = async (attempts: Attempt[]) => {
    sets.push(attempts.map(({ id }) => id));
    await new Promise((resume) => setImmediate(resume));
    if (attempts.some(({ id }) => id === 'bad')) throw new Error('one row failed');
    return new Map(attempts.filter(({ id }) => !id.startsWith('lost')).map(({ id }) => [id, `won by ${id}`]));
  };
  return { sets, command };
}

test('arrivals of one turn of the event loop go together, and each gets its own answer', async () => {
  const together = createTogether(setImmediate);
  const { sets, command } = aCommand();
  const answers = await Promise.all(['a', 'lost', 'b'].map((id) => together('redeem', command, { id }, [id])));
  expect(sets).toEqual([['a', 'lost', 'b']]);
  expect(answers).toEqual(['won by a', undefined, 'won by b']);
});

test('never two with the same key in one set: the later waits for the next, in order of arrival', async () => {
  const together = createTogether(setImmediate);
  const { sets, command } = aCommand();
  const arrivals: [string, string[]][] = [
    ['a', ['inv_1', 'mia']],
    ['b', ['inv_1', 'eve']],
    ['c', ['inv_2', 'tom']],
    ['d', ['inv_3', 'mia']],
    ['e', ['inv_2', 'eve']],
  ];
  await Promise.all(arrivals.map(([id, keys]) => together('redeem', command, { id }, keys)));
  expect(sets).toEqual([['a', 'c'], ['b', 'd'], ['e']]);
});

test('what comes while a batch is on its way goes with the next', async () => {
  const together = createTogether(setImmediate);
  const { sets, command } = aCommand();
  const first = together('redeem', command, { id: 'a' }, ['a']);
  await new Promise((resume) => setImmediate(resume));
  const later = ['b', 'c'].map((id) => together('redeem', command, { id }, [id]));
  await Promise.all([first, ...later]);
  expect(sets).toEqual([['a'], ['b', 'c']]);
});

test('at most 128 go together', async () => {
  const together = createTogether(setImmediate);
  const { sets, command } = aCommand();
  await Promise.all(Array.from({ length: 300 }, (_, at) => together('redeem', command, { id: `${at}` }, [`${at}`])));
  expect(sets.map((set) => set.length)).toEqual([128, 128, 44]);
});

test('when a set fails as a whole its attempts are tried one by one: only the bad one fails', async () => {
  const together = createTogether(setImmediate);
  const { sets, command } = aCommand();
  const answers = await Promise.allSettled(['a', 'bad', 'b'].map((id) => together('redeem', command, { id }, [id])));
  expect(sets).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await together('redeem', command, { id: 'c' }, ['c'])).toBe('won by c');
});

test('different commands do not wait for each other', async () => {
  const together = createTogether(setImmediate);
  const [redeem, knock] = [aCommand(), aCommand()];
  await Promise.all([
    together('redeem', redeem.command, { id: 'a' }, ['mia']),
    together('knock', knock.command, { id: 'b' }, ['mia']),
  ]);
  expect([redeem.sets, knock.sets]).toEqual([[['a']], [['b']]]);
});

test('where a request must not wait for another (workerd), each writes its own set at once', async () => {
  const together = createTogether(undefined);
  const { sets, command } = aCommand();
  await Promise.all(['a', 'b'].map((id) => together('redeem', command, { id }, ['same'])));
  expect(sets).toEqual([['a'], ['b']]);
});
