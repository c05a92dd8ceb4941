import { syncProblems } from '@doorstep/shared/directory';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertAdministrators, withoutAlerts } from '../../store/alert.ts';
import { inDirectory } from '../../store/testing/directory-people.ts';
import { renderMails } from '../render.ts';
import { aHouse, aMember, type House, NOON } from '../testing/outbox-story.ts';
import type { RenderedMail } from '../transport.ts';
import { directoryAlertMail } from './directory-alert.ts';

const MIA = '00000000-0000-4000-8000-000000000001';
let house: House;
beforeEach(async () => {
  house = await aHouse();
});
afterEach(() => house.store.close());

const alert = (aboutId: string, key: string) => alertAdministrators(house.store, { aboutId, key, now: NOON });

async function mails(): Promise<RenderedMail[]> {
  const rows = await house.store.db.all<{ id: string }>(
    sql`SELECT id FROM outbox_messages WHERE kind = 'directory-alert' ORDER BY id`,
  );
  const rendered = await renderMails(
    house.deps,
    rows.map(({ id }) => id),
  );
  return [...rendered.values()].map((one) => ('mail' in one ? one.mail : expect.unreachable(one.refused)));
}

const aRun = (id: string, problem: string, plan: object | null) =>
  house.store.write([
    house.store.db.run(sql`INSERT INTO directory_runs (id, mark, state, is_full, started_at, problem, plan)
      VALUES (${id}, 1, 'stopped', 0, ${NOON}, ${problem}, ${plan && JSON.stringify(plan)})`),
  ]);

test('ENT-77: every administrator in office with an address is told, once for each thing that happened', async () => {
  await aMember(house.store, { name: 'Ana', address: 'ana@contoso.example' });
  await aMember(house.store, { name: 'No address' });
  await aMember(house.store, { name: 'Ended', address: 'ended@contoso.example', accessUntil: NOON });
  await aMember(house.store, { name: 'Reader', address: 'reader@contoso.example', role: 'reader' });
  await aRun('run_1', 'too-many-leave', { people: 40, suspendCount: 9 });

  expect([await alert('run_1', 'brake:1'), await alert('run_1', 'brake:1')]).toEqual([true, false]);

  const sent = await mails();
  expect(sent.map(({ to }) => to).sort()).toEqual(['ana@contoso.example', 'sam@contoso.example']);
  expect(sent[0]!.subject).toBe('The directory sync has stopped (Contoso Vault)');
  expect(sent[0]!.text).toMatch(/suspended 9 of the members; of 40 people/);
  expect(sent[0]!.text).toContain('https://vault.contoso.example/admin/directory');
  expect(await house.store.db.all(sql`SELECT what, about, facts FROM audit_events`)).toEqual([
    { what: 'directory.alerted', about: 'run_1', facts: '{"because":"brake:1"}' },
  ]);
  expect(await alert('run_1', 'brake:2')).toBe(true);
  expect(await mails()).toHaveLength(4);
});

test('ENT-77: two things that alternate are told once each, and again when they come back after they were over', async () => {
  await aRun('run_1', 'too-many-leave', null);
  const told = [];
  for (const key of ['too-many-leave', 'too-many mia', 'too-many-leave', 'too-many mia']) told.push(await alert('run_1', key));
  expect(told).toEqual([true, true, false, false]);
  await house.store.write([house.store.db.run(sql`UPDATE directory SET alerted = ${withoutAlerts(syncProblems)}`)]);
  expect(await alert('run_1', 'too-many mia')).toBe(false);
  expect(await alert('run_1', 'too-many-leave')).toBe(true);
  for (let at = 0; at < 20; at += 1) await alert('run_1', `other ${at}`);
  expect(await alert('run_1', 'too-many-leave')).toBe(true);
});

test('a person whom SCIM could not deactivate is named, and a hostile name is no link', async () => {
  await inDirectory(house.store, MIA, { name: '<a href="https://evil.example">Mia</a>' });
  await alert(MIA, `too-many ${MIA}`);
  const [mail] = await mails();
  expect(mail!.text).toContain('was not deactivated');
  expect(mail!.html).not.toMatch(/<a href="https:\/\/evil|evil\.example/);
});

test.each(syncProblems)('the mail about %s says what it means and what to do', (problem) => {
  const { text, subject } = directoryAlertMail(
    { workspaceName: 'Vault', publicUrl: 'https://vault.example' },
    { about: 'sync', problem, people: 3, members: 2 },
  );
  expect(text).not.toMatch(/undefined|null/);
  expect(subject).toMatch(/^The directory sync (has stopped|does not work) \(Vault\)$/);
});
