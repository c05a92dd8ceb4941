import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime, { type Email } from 'postal-mime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainName } from './mails/plain.ts';
import { renderMails } from './render.ts';
import { aHouse, aMail, aMember, anOpenRequest, aPendingInvitation, type House } from './testing/outbox-story.ts';
import type { RenderedMail } from './transport.ts';

let house: House;
beforeEach(async () => {
  house = await aHouse();
});
afterEach(() => house.store.close());

/** Of each kind one, about people who are called like this. */
async function oneOfEach(name: string, about: House = house): Promise<RenderedMail[]> {
  const inviterId = await aMember(about.store, { name, address: 'inviter@contoso.example' });
  const invitation = await aPendingInvitation(about, { name, note: 'Welcome', inviterId });
  const requestId = await anOpenRequest(about, {
    name,
    reason: name,
    decisionReason: 'Ask Sam',
    invitationId: invitation.id,
    why: 'other-account',
  });
  const ids = [
    invitation.mailId,
    await aMail(about, { kind: 'access-request', requestId, memberId: inviterId }),
    await aMail(about, { kind: 'approved', requestId }),
    await aMail(about, { kind: 'denied', requestId }),
    await aMail(about, { kind: 'declined', invitationId: invitation.id, memberId: inviterId }),
  ];
  const renderings = await renderMails(about.deps, ids);
  return ids.map((id) => {
    const rendering = renderings.get(id)!;
    if ('refused' in rendering) throw new Error(rendering.refused);
    return rendering.mail;
  });
}

/** As it travels, read back by a parser that is not ours. */
async function asReceived(mail: RenderedMail): Promise<Email> {
  const { id: _, metadata: __, ...fields } = mail;
  return PostalMime.parse(await new MailComposer(fields).compile().build());
}

const hostileNames = [
  '<a href="https://evil.example">click</a>',
  '<img src=x onerror=alert(1)>',
  '&lt;b&gt; &amp; "quoted" \'s',
  '[click](https://evil.example)',
  'https://evil.example/login www.evil.example',
  'Reply to evil@evil.example',
];

test.each(hostileNames)('MAIL-01: a name like %s is escaped, no link, and plain in the text part', async (name) => {
  for (const mail of await oneOfEach(name)) {
    const tags = [...mail.html.matchAll(/<(a|img|script|b)\b[^>]*>/g)].map(([tag]) => tag);
    expect(tags.filter((tag) => /evil|onerror|<img|<script/.test(tag))).toEqual([]);
    expect(mail.html).not.toMatch(/https?:\/\/evil|www\.evil|evil\.example|evil@/);
    expect(mail.subject.includes(plainName(name)) || /approved|come in:/.test(mail.subject)).toBe(true);
    expect(mail.text.replace(/^> .*$/gm, '')).not.toMatch(/https?:\/\/evil|\u2060/);
  }
});

const breakers = [
  'Eve\r\nBcc: evil@evil.example',
  'Eve\u2028Bcc: x',
  'Eve\u0085Bcc: x',
  'Eve\u0000\u202egnp',
  'Eve\nX-Evil: 1\n\n<p>',
];

test.each(breakers)('MAIL-02: a name with line breaks or controls (%j) makes no header and no line', async (name) => {
  const broken = await aHouse({ workspaceName: name });
  for (const mail of [...(await oneOfEach(name)), ...(await oneOfEach('Eve', broken))]) {
    const received = await asReceived(mail);
    const expected = ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'];
    const names = received.headers.map((header) => header.key).filter((key) => key !== 'reply-to');
    expect(names.sort()).toEqual(expected);
    expect(received.headers.some((header) => header.key === 'reply-to')).toBe(mail.replyTo !== undefined);
    expect(received.to).toEqual([{ address: mail.to, name: '' }]);
    expect(received.subject).toBe(mail.subject);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(`${mail.subject}${mail.from.name}`).not.toMatch(/[\u0000-\u001f\u0085\u2028\u2029\u202e]/);
  }
  await broken.store.close();
});

test('MAIL-05: every link leads to the public URL, and nothing is fetched', async () => {
  for (const mail of await oneOfEach('Mia Berg')) {
    const links = [...mail.html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url]) => url!);
    const written = [...mail.text.matchAll(/https?:\/\/\S+/g)].map(([url]) => url);
    for (const url of [...links, ...written]) expect(new URL(url).origin).toBe('https://vault.contoso.example');
    expect(mail.html).not.toMatch(/<img|<link|<iframe|<script|src=|url\(|@import/i);
  }
});

test('MAIL-06: mails come from us, answers to an invitation go to its inviter, and answering machines stay silent', async () => {
  const [invitation, ...others] = await Promise.all((await oneOfEach('Sam Okafor')).map(asReceived));
  expect(invitation!.replyTo).toEqual([{ name: 'Sam Okafor', address: 'inviter@contoso.example' }]);
  expect(others.map((mail) => mail.replyTo)).toEqual([undefined, undefined, undefined, undefined]);
  for (const mail of [invitation!, ...others]) {
    expect(mail.from).toEqual({ name: 'Contoso Vault', address: 'door@vault.contoso.example' });
    expect(mail.headers.find((header) => header.key === 'auto-submitted')?.value).toBe('auto-generated');
    expect(mail.messageId).toMatch(/^<out_[^@]+@vault\.contoso\.example>$/);
  }
});

test('MAIL-07: both parts say who, to what, until when with its zone, what to do, and that it can be ignored', async () => {
  const [invitation, request, approved, denied, declined] = await oneOfEach('Sam Okafor');
  const key = /\?key=([0-9A-Z]{30})/.exec(invitation!.text)![1]!;
  says(invitation!, [
    'Sam Okafor invites you to Contoso Vault',
    'Monday 30 November 2026, 12:00 UTC',
    'Microsoft account',
    'Ignore this mail',
  ]);
  says(invitation!, [`/join/inv_`, `?key=${key}`, ...key.match(/.{5}/g)!, 'Invitation ID', 'replies go to Sam Okafor']);
  says(request!, [
    'Sam Okafor asks to come in',
    'ana@contoso.example',
    '/admin/requests/req_',
    'Monday 23 November 2026, 11:58 UTC',
  ]);
  says(approved!, [
    'Contoso Vault',
    'https://vault.contoso.example/sign-in',
    '30 November 2026, 12:00 UTC',
    'Ignore this mail',
    'Come in',
  ]);
  says(denied!, ['Contoso Vault', 'did not approve', 'Ask Sam', 'Ignore this mail']);
  says(declined!, ['Sam Okafor', 'Not me, thanks', '/admin/invitations', 'Contoso Vault']);
});

function says(mail: RenderedMail, facts: string[]): void {
  const seen = mail.html
    .replaceAll('\u2060', '')
    .replaceAll('&nbsp;', ' ')
    .replace(/<b>|<\/b>/g, '');
  for (const fact of facts) {
    expect(mail.text).toContain(fact);
    expect(seen).toContain(fact);
  }
}

test('MAIL-08: long, right-to-left and emoji names are cut at characters as people count them', async () => {
  const family = '👩‍👩‍👧‍👦';
  const [mail] = await oneOfEach(family.repeat(500));
  const received = await asReceived(mail!);
  expect(received.subject).toBe(`${family.repeat(60)}… invites you to Contoso Vault`);
  const [hebrew] = await oneOfEach('שרה כהן');
  expect((await asReceived(hebrew!)).subject).toBe('שרה כהן invites you to Contoso Vault');
});

test('OUT-15: what has no address, or none that mail servers take, is refused and its neighbour is written', async () => {
  const good = await aPendingInvitation(house);
  const bad = await aPendingInvitation(house, { address: 'a\r\nb@contoso.example' });
  const none = await aPendingInvitation(house, { address: null });
  const renderings = await renderMails(house.deps, [bad.mailId, none.mailId, good.mailId, 'out_gone']);
  expect([...renderings.values()].map((one) => Object.keys(one)[0])).toEqual(['refused', 'refused', 'mail', 'refused']);
});
