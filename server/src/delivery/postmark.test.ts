import { afterEach, beforeEach, expect, test } from 'vitest';
import { INDEX_DELAY } from '../store/outbox.ts';
import { aHouse, aPendingInvitation, NOON, theMail } from './testing/outbox-story.ts';
import { type Answer, acceptAll, answerCodes, answerJson, startPostmarkStandIn } from './testing/postmark-stand-in.ts';
import type { RenderedMail, SendOutcome } from './transport.ts';
import { createTransport } from './transport.ts';

let postmark: Awaited<ReturnType<typeof startPostmarkStandIn>>;
beforeEach(async () => {
  postmark = await startPostmarkStandIn();
});
afterEach(() => postmark.close());

const transport = (url = postmark.url) =>
  createTransport({ mail: 'postmark', postmarkToken: 'the-token', postmarkUrl: url, timeout: 500 });

const aMail = (name: string): RenderedMail => ({
  id: `out_${name}`,
  messageId: `<out_${name}@vault.contoso.example>`,
  from: { name: 'Contoso "the" Vault, Ltd', address: 'door@vault.contoso.example' },
  to: `${name}@contoso.example`,
  replyTo: { name: 'Sam Okafor', address: 'sam@contoso.example' },
  subject: 'Sam Okafor invites you',
  text: 'text',
  html: '<p>html</p>',
  headers: { 'Auto-Submitted': 'auto-generated' },
  metadata: { m: `out_${name}`, g: '1' },
});
const three = [aMail('mia'), aMail('jo'), aMail('al')];

async function outcomesWhen(answer: Answer, mails = three): Promise<SendOutcome[]> {
  postmark.answer.now = answer;
  return transport().send(mails);
}
const classes = (outcomes: SendOutcome[]) => outcomes.map(({ outcome }) => outcome);

test('MAIL-13: the stream is set, nothing is tracked, and the metadata holds nothing personal', async () => {
  await transport().send([aMail('mia')]);
  expect(postmark.calls).toHaveLength(1);
  expect(postmark.calls[0]).toMatchObject({ path: '/email/batch', token: 'the-token' });
  expect(postmark.calls[0]!.messages).toEqual([
    {
      From: '"Contoso \\"the\\" Vault, Ltd" <door@vault.contoso.example>',
      To: 'mia@contoso.example',
      ReplyTo: '"Sam Okafor" <sam@contoso.example>',
      Subject: 'Sam Okafor invites you',
      TextBody: 'text',
      HtmlBody: '<p>html</p>',
      MessageStream: 'outbound',
      TrackOpens: false,
      TrackLinks: 'None',
      Metadata: { m: 'out_mia', g: '1' },
      Headers: [
        { Name: 'Auto-Submitted', Value: 'auto-generated' },
        { Name: 'Message-ID', Value: '<out_mia@vault.contoso.example>' },
        { Name: 'X-PM-KeepID', Value: 'true' },
      ],
    },
  ]);
});

test('MAIL-13: a call carries at most fifty mails, far below what Postmark takes', async () => {
  const house = await aHouse();
  for (let count = 0; count < 120; count += 1) await aPendingInvitation(house);
  expect(await house.run(transport())).toMatchObject({ sent: 120 });
  expect(postmark.calls.map((call) => call.messages.length)).toEqual([50, 50, 20]);
  await house.store.close();
});

test('OUT-04: of one answer each mail gets its own outcome, in order', async () => {
  expect(await outcomesWhen(answerCodes(0, 406, 0))).toMatchObject([
    { outcome: 'sent', providerMessageId: 'taken-0' },
    { outcome: 'failed', because: expect.stringContaining('Reactivate') },
    { outcome: 'sent', providerMessageId: 'taken-2' },
  ]);
});

const tampered: [string, (answers: unknown[]) => unknown][] = [
  ['shorter', (answers) => answers.slice(1)],
  ['longer', (answers) => [...answers, answers[0]]],
  ['reordered', (answers) => answers.toReversed()],
  ['no list', (answers) => ({ answers })],
  ['without ids', (answers) => answers.map(() => ({ ErrorCode: 0 }))],
  ['empty', () => ''],
];
test.each(tampered)('OUT-04: an answer that is %s makes all of them uncertain', async (_, tamper) => {
  const answers = three.map((mail, at) => ({ ErrorCode: 0, MessageID: `taken-${at}`, To: mail.to }));
  const outcomes = await outcomesWhen((_call, response) => answerJson(response, 200, tamper(answers)));
  expect(classes(outcomes)).toEqual(['uncertain', 'uncertain', 'uncertain']);
});

test.each([300, 406])('OUT-05: code %i is final for that recipient, alone or of a whole call', async (code) => {
  expect(classes(await outcomesWhen(answerCodes(code)))).toEqual(['failed', 'sent', 'sent']);
  const refuseJo: Answer = (call, response) =>
    call.messages.some((message) => message.To === 'jo@contoso.example')
      ? answerJson(response, 422, { ErrorCode: code, Message: 'no' })
      : acceptAll(call, response);
  expect(classes(await outcomesWhen(refuseJo))).toEqual(['sent', 'failed', 'sent']);
});

test.each([429, 500, 503])('OUT-06: HTTP %i is tried again, not before Retry-After', async (status) => {
  const outcomes = await outcomesWhen((_, response) => answerJson(response, status, {}, { 'retry-after': '120' }));
  expect(outcomes[0]).toMatchObject({ outcome: 'retry', afterMs: 120_000 });
  const inTime = { 'retry-after': 'Mon, 23 Nov 2026 12:05:00 GMT', date: 'Mon, 23 Nov 2026 12:00:00 GMT' };
  expect((await outcomesWhen((_, response) => answerJson(response, status, {}, inTime)))[0]).toMatchObject({ afterMs: 300_000 });
});

test('OUT-06: maintenance, a refused connection and an unknown host are tried again, later and later', async () => {
  expect(classes(await outcomesWhen(answerCodes(100, 100, 100)))).toEqual(['retry', 'retry', 'retry']);
  const closed = await startPostmarkStandIn();
  await closed.close();
  expect(classes(await transport(closed.url).send(three))).toEqual(['retry', 'retry', 'retry']);
  expect(classes(await transport('http://postmark.invalid').send([three[0]!]))).toEqual(['retry']);

  const house = await aHouse();
  const { mailId } = await aPendingInvitation(house);
  postmark.answer.now = (_, response) => answerJson(response, 503, {}, { 'retry-after': '600' });
  await house.run(transport());
  const waiting = await theMail(house, mailId);
  expect(waiting).toMatchObject({
    state: 'queued',
    attempts: 1,
    dueAt: NOON + 600_000,
    because: 'Postmark asks to wait (HTTP 503).',
  });
  await house.store.close();
});

test.each([10, 400, 401, 405, 412, 413])('OUT-07: code %i stops the queue', async (code) => {
  expect((await outcomesWhen(answerCodes(code)))[0]).toMatchObject({
    outcome: 'stop',
    because: expect.stringContaining(`(${code})`),
  });
  const whole = await outcomesWhen((_, response) => answerJson(response, 422, { ErrorCode: code, Message: 'no' }));
  expect(classes(whole)).toEqual(['stop', 'stop', 'stop']);
});

test('OUT-07: a refused token and a redirect stop the queue; the token follows no redirect', async () => {
  expect(classes(await outcomesWhen((_, response) => answerJson(response, 401, { ErrorCode: 10 })))).toEqual([
    'stop',
    'stop',
    'stop',
  ]);
  const before = postmark.calls.length;
  const moved = await outcomesWhen((_, response) => answerJson(response, 307, {}, { location: `${postmark.url}/elsewhere` }));
  expect(classes(moved)).toEqual(['stop', 'stop', 'stop']);
  expect(postmark.calls.length).toBe(before + 1);
});

const cuts: [string, Answer][] = [
  ['no answer in time', () => {}],
  ['a cut connection', (_, response) => void response.destroy()],
  [
    'a cut answer',
    (_, response) => void response.writeHead(200, { 'content-length': '999' }).write('[{', () => response.destroy()),
  ],
  ['an endless answer', (_, response) => void response.end('x'.repeat(2_000_000))],
  ['a gateway that gave up', (_, response) => void answerJson(response, 504, {})],
];
test.each(cuts)('OUT-08: after %s nobody knows', async (_, answer) => {
  expect(classes(await outcomesWhen(answer))).toEqual(['uncertain', 'uncertain', 'uncertain']);
});

test('OUT-08: accepted and cut: found by its metadata, it is sent and not sent again', async () => {
  const house = await aHouse();
  const { mailId } = await aPendingInvitation(house);
  postmark.answer.now = (_, response) => void response.destroy();
  await house.run(transport());
  expect((await theMail(house, mailId)).state).toBe('uncertain');

  postmark.answer.now = (call, response) =>
    answerJson(response, 200, { TotalCount: 1, Messages: [{ MessageID: 'x', Metadata: { m: call.query.get('metadata_m') } }] });
  house.clock.now += INDEX_DELAY;
  await house.run(transport());
  expect((await theMail(house, mailId)).state).toBe('sent');
  expect(Object.fromEntries(postmark.calls.at(-1)!.query)).toMatchObject({
    metadata_m: mailId,
    messagestream: 'outbound',
    fromdate: '2026-11-22',
  });
  expect(postmark.calls.filter((call) => call.path === '/email/batch')).toHaveLength(1);
  await house.store.close();
});

test('OUT-08: what the search finds for somebody else, or cannot answer, is not believed', async () => {
  const find = transport().find!;
  postmark.answer.now = (_, response) =>
    answerJson(response, 200, { TotalCount: 1, Messages: [{ Metadata: { m: 'out_other' } }] });
  expect(await find(['out_mia'], NOON)).toEqual(new Map([['out_mia', 'absent']]));
  postmark.answer.now = (_, response) => answerJson(response, 500, {});
  expect(await find(['out_mia'], NOON)).toEqual(new Map());
});
