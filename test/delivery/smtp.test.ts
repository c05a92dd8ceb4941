import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createTransport, type RenderedMail, type SendOutcome } from '@doorstep/server/delivery/transport';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A real mail server on a port of this machine, and the messages that it took. */
async function aMailServer(options: SMTPServerOptions = {}) {
  const taken: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        taken.push(Buffer.concat(chunks).toString());
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {}); // of clients that hang up
  server.listen(0);
  await once(server.server, 'listening');
  open.push(() => server.close());
  return { taken, port: (server.server.address() as { port: number }).port };
}

const aMail = (name: string, more: Partial<RenderedMail> = {}): RenderedMail => ({
  id: `out_${name}`,
  messageId: `<out_${name}@vault.contoso.example>`,
  from: { name: 'Contoso Vault', address: 'door@vault.contoso.example' },
  to: `${name}@contoso.example`,
  replyTo: { name: 'Sam Okafor', address: 'sam@contoso.example' },
  subject: 'Sam Okafor invites you to Contoso Vault',
  text: 'text, täglich\n',
  html: '<p>html</p>',
  headers: { 'Auto-Submitted': 'auto-generated' },
  metadata: { m: `out_${name}`, g: '1' },
  ...more,
});

const send = (url: string, mails: RenderedMail[] = [aMail('mia')]): Promise<SendOutcome[]> =>
  createTransport({ mail: 'smtp', smtpUrl: url, timeout: 1000 }).send(mails);
const sendTo = async (options: SMTPServerOptions, mails?: RenderedMail[]): Promise<SendOutcome[]> =>
  send(`smtp://127.0.0.1:${(await aMailServer(options)).port}`, mails);

const refusal = (responseCode: number) => Object.assign(new Error('no'), { responseCode });
type Then = (error?: Error | null) => void;

test('MAIL-06: a mail arrives whole: our sender, the inviter as Reply-To, the same Message-ID each time', async () => {
  const server = await aMailServer();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toMatchObject([{ outcome: 'sent' }]);
  }
  expect(server.taken).toHaveLength(2);
  for (const raw of server.taken) {
    expect(await PostalMime.parse(raw)).toMatchObject({
      from: { name: 'Contoso Vault', address: 'door@vault.contoso.example' },
      replyTo: [{ name: 'Sam Okafor', address: 'sam@contoso.example' }],
      to: [{ address: 'mia@contoso.example' }],
      subject: 'Sam Okafor invites you to Contoso Vault',
      messageId: '<out_mia@vault.contoso.example>',
      text: expect.stringContaining('text, täglich\n'),
      html: expect.stringContaining('<p>html</p>'),
    });
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  }
});

test('MAIL-02: line breaks that reached the transport make no header on the wire', async () => {
  const server = await aMailServer();
  const broken = aMail('mia', {
    subject: 'Hello\r\nBcc: evil@evil.example',
    from: { name: 'Vault\r\nX-Evil: 1', address: 'door@vault.contoso.example' },
  });
  expect(await send(`smtp://127.0.0.1:${server.port}`, [broken])).toMatchObject([{ outcome: 'sent' }]);
  const keys = (await PostalMime.parse(server.taken[0]!)).headers.map((header) => header.key);
  expect(keys.filter((key) => key === 'bcc' || key === 'x-evil')).toEqual([]);
});

test('MAIL-11: each mail has an outcome of its own', async () => {
  const onRcptTo = ({ address }: { address: string }, _session: unknown, then: Then) =>
    then(address.startsWith('jo') ? refusal(550) : address.startsWith('al') ? refusal(450) : null);
  const outcomes = await sendTo({ onRcptTo }, [aMail('mia'), aMail('jo'), aMail('al')]);
  expect(outcomes).toMatchObject([
    { outcome: 'sent' },
    { outcome: 'failed', because: 'The mail server refuses the recipient (550).' },
    { outcome: 'retry', because: 'The mail server asks to wait (450).' },
  ]);
});

const afterTheDot = (code: number): SMTPServerOptions => ({
  onData: (stream, _session, done) => void stream.on('end', () => done(refusal(code))).resume(),
});
const answers: [string, SMTPServerOptions, SendOutcome['outcome']][] = [
  ['421 in the greeting', { onConnect: (_, then) => then(refusal(421)) }, 'retry'],
  ['421 after RCPT TO', { onRcptTo: (_address, _session, then) => then(refusal(421)) }, 'retry'],
  ['452 after the dot', afterTheDot(452), 'retry'],
  ['552 after the dot', afterTheDot(552), 'failed'],
  ['554 in the greeting', { onConnect: (_, then) => then(refusal(554)) }, 'stop'],
  ['550 after MAIL FROM', { onMailFrom: (_address, _session, then) => then(refusal(550)) }, 'stop'],
];
test.each(answers)('MAIL-11: %s', async (_, options, outcome) => {
  expect(await sendTo(options)).toMatchObject([{ outcome }]);
});

test('MAIL-11: a refused password stops the queue, and the sentence does not hold it', async () => {
  const { port } = await aMailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, then) => then(refusal(535)),
  });
  const outcomes = await send(`smtp://door:s3cret%2F@127.0.0.1:${port}`);
  expect(outcomes).toMatchObject([
    { outcome: 'stop', because: 'The mail server refuses user or password (535).', said: { trouble: 'wrong-credentials' } },
  ]);
  expect(JSON.stringify(outcomes)).not.toMatch(/s3cret/);
});

/** A server that hangs up when it has heard this. */
async function hangsUpAfter(heard: RegExp): Promise<string> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {}).write('220 ready\r\n');
    let inData = false;
    socket.on('data', (chunk) => {
      const line = chunk.toString();
      if (heard.test(line)) return socket.destroy();
      if (inData) return;
      inData = /^DATA/i.test(line);
      return socket.write(inData ? '354 go on\r\n' : '250 fine\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close());
  return `smtp://127.0.0.1:${(server.address() as { port: number }).port}`;
}

test('MAIL-11: a connection that ends before DATA is safe to try again', async () => {
  for (const heard of [/^EHLO/i, /^MAIL FROM/i, /^RCPT TO/i, /^DATA/i]) {
    expect(await send(await hangsUpAfter(heard))).toMatchObject([{ outcome: 'retry' }]);
  }
  expect(await send('smtp://127.0.0.1:1')).toMatchObject([{ outcome: 'retry' }]);
});

test('MAIL-11: after the dot, silence or a cut connection leaves it uncertain', async () => {
  const cut = await send(await hangsUpAfter(/\r\n\.\r\n$/));
  expect(cut).toMatchObject([
    { outcome: 'uncertain', because: 'The connection to the mail server ended before its last answer.' },
  ]);
  expect(await sendTo({ onData: (stream) => void stream.resume() })).toMatchObject([{ outcome: 'uncertain' }]);
});

// 0.0.0.0 leads to this machine and is not among the names that count as loopback, so TLS is asked of it as of any host.
test('MAIL-10: without STARTTLS, or with a certificate nobody vouches for, no mail leaves and the administrators learn why', async () => {
  const stripped = await aMailServer();
  expect(await send(`smtp://0.0.0.0:${stripped.port}`)).toMatchObject([
    { outcome: 'stop', because: 'The mail server offers no TLS that can be trusted.' },
  ]);
  const selfSigned = await aMailServer({ disabledCommands: [] });
  expect(await send(`smtp://0.0.0.0:${selfSigned.port}`)).toMatchObject([
    { outcome: 'stop', because: expect.stringContaining('TLS') },
  ]);
  const implicit = await aMailServer({ secure: true });
  expect(await send(`smtps://127.0.0.1:${implicit.port}`)).toMatchObject([
    { outcome: 'stop', because: expect.stringContaining('TLS') },
  ]);
  expect([...stripped.taken, ...selfSigned.taken, ...implicit.taken]).toEqual([]);
});

test('MAIL-10: TLS is left out only where the address says so', async () => {
  const { port, taken } = await aMailServer();
  expect(await send(`smtp://0.0.0.0:${port}?tls=off`)).toMatchObject([{ outcome: 'sent' }]);
  expect(taken).toHaveLength(1);
});
