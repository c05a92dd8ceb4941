import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { NOON, openTestApp, type SomebodySignedIn, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor' });
});

const typed = { recipients: 'jo@contoso.example', role: 'member', note: '', expiresInDays: '7', accessUntil: '' };
const post = (path: string, form: Record<string, string>, as = sam) => house.request(`/admin/invitations/${path}`, { as, form });
type Row = {
  id: string;
  address: string;
  state: string;
  role: string;
  generation: number;
  note: string | null;
  expiresAt: number;
  accessUntil: number | null;
};
const invitations = () =>
  house.store.db.all<Row>(sql`
    SELECT id, address, state, role, generation, note, expires_at AS expiresAt, access_until AS accessUntil FROM invitations ORDER BY id`);
const mails = async () => (await house.store.db.all(sql`SELECT id FROM outbox_messages`)).length;
const hidden = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [
      name!,
      unescaped(value!),
    ]),
  );
const unescaped = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

async function invited(form: Partial<typeof typed> = {}): Promise<Row> {
  await post('send', { ...typed, ...form });
  return (await invitations()).at(-1)!;
}

describe('inviting on a page', () => {
  test('starts with addresses where there is no directory, for members, good for seven days', async () => {
    const text = await (await house.request('/admin/invitations/new', { as: sam })).text();
    expect(text).toContain('<textarea');
    expect(text).toContain('<button name="do" value="to:emails" formnovalidate aria-current="step">');
    expect(hidden(text)).toMatchObject({ step: 'emails', role: 'member', expiresInDays: '7' });
    const first = await (await house.request('/admin/invitations/new?step=organization', { as: sam })).text();
    expect(first).toContain('No directory is connected yet');
  });

  test('INV-14: the review tells what will happen to each row, and writes nothing', async () => {
    const mia = await house.signInAs({ role: 'member', address: 'mia@contoso.example' });
    await invited({ recipients: 'open@contoso.example' });
    const before = [await invitations(), await mails()];
    const recipients = 'new@contoso.example, open@contoso.example\nmia@contoso.example; tom@nowhere; new@contoso.example';
    const answer = await post('plan', { ...typed, recipients, note: 'Hello\r\nyou' });
    const text = await answer.text();
    expect(answer.status).toBe(200);
    for (const words of [
      '2 mails',
      '1 new, 1 sent again, 3 skipped',
      'is a member already',
      'is not an address',
      'is in the list twice',
      'tom@nowhere',
    ]) {
      expect(text).toContain(words);
    }
    expect(mia.memberId).toBeTruthy();
    expect([await invitations(), await mails()]).toEqual(before);
  });

  test('sends what the review showed: role, note, validity and end', async () => {
    const form = {
      recipients: 'Jo Berg <jo@contoso.example>',
      role: 'reader',
      note: 'Hello\r\nyou',
      expiresInDays: '3',
      accessUntil: '2026-12-31',
    };
    const plan = await (await post('plan', form)).text();
    const answer = await post('send', hidden(plan));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Invitations are on their way');
    expect(await invitations()).toMatchObject([
      {
        address: 'jo@contoso.example',
        state: 'pending',
        role: 'reader',
        note: 'Hello\nyou',
        expiresAt: NOON + 3 * DAY,
        accessUntil: Date.UTC(2027, 0, 1) - 1,
      },
    ]);
    expect(await mails()).toBe(1);
  });

  test('a double press sends once and shows the same result', async () => {
    const fields = hidden(await (await post('plan', typed)).text());
    const answers = await Promise.all([post('send', fields), post('send', fields)]);
    for (const answer of answers) expect([answer.status, (await answer.text()).includes('1 invited')]).toEqual([200, true]);
    expect(await invitations()).toMatchObject([{ generation: 1 }]);
    expect(await mails()).toBe(1);
    const other = await post('send', { ...fields, recipients: 'other@contoso.example' });
    expect(other.status).toBe(409);
    expect(await mails()).toBe(1);
  });

  test('the result tells the truth of every row, of those that are no address too', async () => {
    const text = await (await post('send', { ...typed, recipients: 'tom@nowhere, jo@contoso.example' })).text();
    expect(text).toContain('1 invited, 1 not invited');
    expect(text).toMatch(/tom@nowhere.*is not an address[\s\S]*jo@contoso\.example/);
    expect(await invitations()).toHaveLength(1);
  });

  test('what is wrong stands beside its field, and nothing typed is lost', async () => {
    const wrong: [Partial<typeof typed>, string][] = [
      [{ recipients: ' ' }, 'recipients'],
      [{ role: 'owner' }, 'role'],
      [{ note: 'x'.repeat(1001) }, 'note'],
      [{ expiresInDays: '31' }, 'expiresInDays'],
      [{ expiresInDays: '0' }, 'expiresInDays'],
      [{ expiresInDays: 'a week' }, 'expiresInDays'],
      [{ expiresInDays: '1.5' }, 'expiresInDays'],
      [{ accessUntil: '2026-11-22' }, 'accessUntil'],
    ];
    for (const [form, field] of wrong) {
      for (const step of ['plan', 'send']) {
        const answer = await post(step, { ...typed, note: 'Kept word', ...form });
        const text = await answer.text();
        expect([form, step, answer.status]).toEqual([form, step, 422]);
        expect(text).toContain(`id="${field}-error"`);
        if (field !== 'note') expect(text).toContain('Kept word');
        if (field !== 'recipients') expect(text).toContain('jo@contoso.example');
      }
    }
    expect(await invitations()).toEqual([]);
  });

  test('every step goes to every other, and nothing typed is lost', async () => {
    const all = { ...typed, role: 'reader', note: 'Kept <word>', accessUntil: '2026-12-31' };
    const options = await (await post('new', { ...all, step: 'emails', do: 'to:options' })).text();
    for (const kept of ['<option value="reader" selected>', 'Kept &lt;word&gt;', 'value="2026-12-31"'])
      expect(options).toContain(kept);
    const groups = await (await post('new', { ...all, step: 'options', do: 'to:groups' })).text();
    expect(hidden(groups)).toMatchObject(all);
    const back = await (await post('new', { ...hidden(groups), do: 'to:emails' })).text();
    expect(back).toContain('jo@contoso.example</textarea>');
    expect(hidden(back)).toMatchObject({ role: 'reader', note: 'Kept <word>', accessUntil: '2026-12-31' });
  });

  test('SES-13: inviting an administrator needs a fresh sign-in; the typed form waits, and then sends', async () => {
    const form = { ...typed, role: 'administrator', note: 'Welcome' };
    const asked = await post('send', hidden(await (await post('plan', form)).text()));
    expect(asked.status).toBe(403);
    const kept = hidden(await asked.text());
    expect(kept).toMatchObject(form);
    expect(await invitations()).toEqual([]);
    const ann = await house.signInAs({ role: 'administrator', isFresh: true });
    expect((await post('send', kept, ann)).status).toBe(200);
    expect((await invitations()).at(-1)).toMatchObject({
      address: 'jo@contoso.example',
      role: 'administrator',
      state: 'pending',
    });
  });
});

describe('an invitation in the list', () => {
  test('is found by state and by name or address', async () => {
    await invited();
    const list = async (query: string) => (await house.request(`/admin/invitations${query}`, { as: sam })).text();
    expect(await list('')).toContain('jo@contoso.example');
    expect(await list('?state=pending&q=jo')).toContain('jo@contoso.example');
    expect(await list('?state=revoked')).not.toContain('jo@contoso.example');
    house.clock.now = NOON + 8 * DAY;
    sam = await house.signInAs('administrator');
    expect(await list('?state=expired')).toContain('jo@contoso.example');
    expect(await list('?state=pending')).not.toContain('jo@contoso.example');
  });

  test('INV-12: is sent again with a new generation and its days from now', async () => {
    const { id } = await invited();
    house.clock.now = NOON + DAY / 4;
    const answer = await post(`${id}/resend`, {});
    expect(answer.headers.get('location')).toBe('/admin/invitations?done=resent');
    expect(await invitations()).toMatchObject([{ generation: 2, expiresAt: NOON + DAY / 4 + 7 * DAY }]);
    expect(await mails()).toBe(2);
  });

  test('is revoked after a question; twice is once', async () => {
    const { id } = await invited();
    const asked = await post(`${id}/revoke`, {});
    expect(await asked.text()).toContain('Revoke the invitation of jo@contoso.example?');
    expect(await invitations()).toMatchObject([{ state: 'pending' }]);
    for (const _ of [1, 2]) {
      const answer = await post(`${id}/revoke`, { confirmed: 'yes' });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/invitations?done=revoked']);
    }
    expect(await invitations()).toMatchObject([{ state: 'revoked' }]);
    expect(await house.store.db.all(sql`SELECT 1 FROM audit_events WHERE what = 'invitation.revoked'`)).toHaveLength(1);
  });

  test('that is not pending is neither sent again nor revoked: 409 with the reason', async () => {
    await house.signInAs({ role: 'member', name: 'Mia' });
    const redeemed = (await invitations()).at(-1)!;
    for (const verb of ['resend', 'revoke']) {
      const answer = await post(`${redeemed.id}/${verb}`, { confirmed: 'yes' });
      expect([verb, answer.status]).toEqual([verb, 409]);
      expect(await answer.text()).toContain('has used it');
    }
    const { id } = await invited();
    await post(`${id}/revoke`, { confirmed: 'yes' });
    expect((await post(`${id}/resend`, {})).status).toBe(409);
    await house.store.db.run(sql`UPDATE invitations SET state = 'pending', generation = 1023 WHERE id = ${id}`);
    expect((await post(`${id}/resend`, {})).status).toBe(409);
    expect((await invitations()).map(({ state, generation }) => [state, generation])).toEqual([
      ['redeemed', 1],
      ['pending', 1023],
    ]);
  });

  test('SES-13: one for an administrator is sent again only after a fresh sign-in', async () => {
    const ann = await house.signInAs({ role: 'administrator', isFresh: true });
    await post('send', { ...typed, role: 'administrator' }, ann);
    const { id } = (await invitations()).at(-1)!;
    expect((await post(`${id}/resend`, {})).status).toBe(403);
    expect((await invitations()).at(-1)).toMatchObject({ generation: 1 });
    expect((await post(`${id}/resend`, {}, ann)).status).toBe(303);
    expect((await invitations()).at(-1)).toMatchObject({ generation: 2 });
  });
});
