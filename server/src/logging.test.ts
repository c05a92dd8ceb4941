import { expect, it } from 'vitest';
import { startLog } from './logging.ts';

const KEY = '00ABC-DEFGH-JKMNP-QRSTV-WXYZ0-12345';
const TOKEN = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA';

it('writes one JSON object a line', () => {
  const [line] = logged((log) => log('info', 'mail sent', { outboxId: 'out_1', tries: 2 }));
  expect(JSON.parse(line!)).toMatchObject({
    level: 'INFO',
    message: 'mail sent',
    logger: 'doorstep',
    outboxId: 'out_1',
    tries: 2,
  });
});

it('writes text for people, and nothing below its level', () => {
  const lines = logged(
    (log) => {
      log('debug', 'not this');
      log('warning', 'mail waits', { count: 3 });
    },
    { format: 'text' },
  );
  expect(lines).toEqual([expect.stringMatching(/mail waits count=3$/)]);
});

it.each([
  ['a configured secret', { note: 'the token is hunter2-hunter2 here' }, 'hunter2-hunter2'],
  ['an invitation key', { note: `typed ${KEY}` }, KEY],
  ['a query string', { path: `/join/inv_1?key=${KEY.replaceAll('-', '')}` }, 'key='],
  ['a token', { header: `Bearer ${TOKEN}` }, TOKEN],
  ['a signed token', { note: 'eyJhbGciOi.eyJzdWIi.c2ln' }, 'c2ln'],
  ['a fact that is called a secret', { cookie: 'short' }, 'short'],
  ['something deep inside', { request: { headers: [{ authorization: 'Basic abc' }] } }, 'Basic'],
  [
    'the values of a failed statement',
    { error: new Error('Failed query: select 1\nparams: mia@example.com,1') },
    'mia@example.com',
  ],
  ['a cause', { error: new Error('outer', { cause: new Error(`at ${TOKEN}`) }) }, TOKEN],
])('AUD-06: %s does not get into the log', (_what, facts, secret) => {
  const [line] = logged((log) => log('error', 'something failed', facts));
  expect(line).toContain('something failed');
  expect(line).not.toContain(secret);
});

it('keeps what helps: where an error was thrown, ids, times', () => {
  const [line] = logged((log) =>
    log('error', 'failed', { error: new TypeError('no such thing'), id: 'inv_01hzy3k9m2q8w4e6r5t7y9p0ab' }),
  );
  expect(line).toContain('TypeError: no such thing');
  expect(line).toContain('logging.test.ts');
  expect(line).toContain('inv_01hzy3k9m2q8w4e6r5t7y9p0ab');
});

function logged(run: (log: ReturnType<typeof startLog>) => void, options: { format?: 'lines' | 'text' } = {}): string[] {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  run(startLog({ level: 'info', format: options.format ?? 'lines', write, secrets: ['hunter2-hunter2'] }));
  return lines;
}
