import { once } from 'node:events';
import { createServer } from 'node:net';
import type { MailTrouble } from '@doorstep/server/delivery/mail-trouble';
import { testMail } from '@doorstep/server/delivery/test-mail';
import { createTransport, type SendOutcome } from '@doorstep/server/delivery/transport';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../running-server.ts';

// What whoever configures mail is told: what the server said letter for letter, and the kind that decides what to do.

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function portOf(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    ...options,
  });
  server.on('error', () => {}); // of clients that hang up
  server.listen(0);
  await once(server.server, 'listening');
  open.push(() => server.close());
  return (server.server.address() as { port: number }).port;
}

const mail = testMail(
  { workspaceName: 'Contoso Vault', publicUrl: 'https://door.contoso.example' },
  'door@contoso.example',
  'sam@contoso.example',
);

async function saidBy(url: string): Promise<{ text: string; trouble: MailTrouble } | undefined> {
  const [outcome] = (await createTransport({ mail: 'smtp', smtpUrl: url, timeout: 700 }).send([mail])) as [SendOutcome];
  return outcome.outcome === 'sent' ? undefined : outcome.said;
}

const says = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });
const answers: [trouble: MailTrouble, said: string, SMTPServerOptions][] = [
  [
    'wrong-credentials',
    '5.7.8 Authentication unsuccessful',
    { onAuth: (_auth, _session, then) => then(says(535, '5.7.8 Authentication unsuccessful')) },
  ],
  ['sender-refused', 'SendAsDenied', { onMailFrom: (_address, _session, then) => then(says(550, '5.7.60 SendAsDenied')) }],
  ['sender-refused', 'not owned', { onMailFrom: (_address, _session, then) => then(says(553, '5.7.1 not owned by user')) }],
  [
    'sign-in-needed',
    'Must issue',
    { onMailFrom: (_address, _session, then) => then(says(530, 'Must issue a STARTTLS or sign in')) },
  ],
  ['recipient-refused', 'no such user', { onRcptTo: (_address, _session, then) => then(says(550, '5.1.1 no such user')) }],
  [
    'mail-refused',
    'looks like spam',
    { onData: (stream, _session, done) => void stream.on('end', () => done(says(554, '5.7.1 looks like spam'))).resume() },
  ],
  ['asks-to-wait', 'greylisted', { onRcptTo: (_address, _session, then) => then(says(451, '4.7.1 greylisted')) }],
  ['refuses-us', 'blocked', { onConnect: (_session, then) => then(says(554, '5.7.1 your address is blocked')) }],
];

test.each(answers)('MAIL-11: %s is told from “%s”, quoted in full', async (trouble, text, options) => {
  const login = options.onAuth ? 'door:s3cret@' : '';
  const said = await saidBy(`smtp://${login}127.0.0.1:${await portOf(options)}`);
  expect(said).toEqual({ trouble, text: expect.stringContaining(text) });
  expect(said?.text).not.toContain('s3cret');
});

test('MAIL-10: TLS that is missing, not trusted or of the other kind is told apart', async () => {
  const plain = await portOf({});
  expect(await saidBy(`smtp://0.0.0.0:${plain}`)).toMatchObject({ trouble: 'no-starttls' });
  expect(await saidBy(`smtps://127.0.0.1:${plain}`)).toMatchObject({ trouble: 'not-tls' });
  const selfSigned = await portOf({ disabledCommands: [] });
  expect(await saidBy(`smtp://0.0.0.0:${selfSigned}`)).toMatchObject({ trouble: 'untrusted-certificate' });
  const implicit = await portOf({ secure: true });
  expect(await saidBy(`smtps://127.0.0.1:${implicit}`)).toMatchObject({ trouble: 'untrusted-certificate' });
  expect(await saidBy(`smtp://127.0.0.1:${implicit}`)).toMatchObject({ trouble: 'no-greeting' });
});

test('MAIL-11: who does not answer is told apart: no such name, nobody there, silence', async () => {
  expect(await saidBy('smtp://no-such-host.invalid:587')).toMatchObject({ trouble: 'no-such-host' });
  expect(await saidBy('smtp://127.0.0.1:1')).toMatchObject({
    trouble: 'nobody-listens',
    text: expect.stringContaining('ECONNREFUSED'),
  });
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  open.push(() => silent.close());
  expect(await saidBy(`smtp://127.0.0.1:${(silent.address() as { port: number }).port}`)).toMatchObject({
    trouble: 'no-greeting',
  });
});

test('OUT-07: Postmark that cannot be reached says why', async () => {
  const [outcome] = await createTransport({
    mail: 'postmark',
    postmarkToken: 'x',
    postmarkUrl: `http://127.0.0.1:${await freePort()}`,
  }).send([mail]);
  expect(outcome).toMatchObject({
    outcome: 'retry',
    said: { trouble: 'provider-unreachable', text: expect.stringContaining('ECONNREFUSED') },
  });
});
