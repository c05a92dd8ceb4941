import { MINUTE, type Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { activeAdministrator } from './member.ts';
import { newId } from './new-id.ts';
import { changedRows, type Store } from './store.ts';

/** `id` is null for the environment's secret, of which there is no row: its key among those told stands for it. */
export type Refusal = { id: string | null; code: string; now: Millis; auditId: string };

const ENVIRONMENT = 'environment';
const MOST_REMEMBERED = 20;
const BEGINNING = 'credential-refused ';
const keyOf = (id: string | null, code: string) => `${BEGINNING}${id ?? ENVIRONMENT} ${code}`;
const told = sql`json_each(coalesce(alerted, '[]'))`;
const isTold = (key: string): SQL => sql`${key} IN (SELECT value FROM ${told})`;

/**
 * Marks the credential, and tells every administrator in office who has an address, once per credential and code until it is taken again. True
 * when mails were written. The mark is renewed at most every minute.
 */
export async function credentialRefused(store: Store, { id, code, now, auditId }: Refusal): Promise<boolean> {
  const key = keyOf(id, code);
  const alertId = newId('ale');
  const about = id ?? `${ENVIRONMENT} ${code}`;
  const [known] = await store.db.all<{ isTold: number; refusedAt: Millis | null }>(sql`
    SELECT ${isTold(key)} AS isTold, (SELECT refused_at FROM client_credentials WHERE id = ${id}) AS refusedAt FROM workspace`);
  if (known?.isTold && (id === null || (known.refusedAt ?? 0) > now - MINUTE)) return false;
  const [, written] = await store.write([
    store.db.run(sql`UPDATE client_credentials SET refused_at = ${now}, refused_code = ${code} WHERE id = ${id}`),
    store.db.run(sql`
      INSERT INTO outbox_messages (id, kind, state, member_id, about_id, due_at, created_at)
      SELECT 'out_' || ${alertId} || '_' || m.id, 'sign-on-alert', 'queued', m.id, ${about}, ${now}, ${now}
      FROM workspace AS w JOIN members AS m ON m.role = 'administrator' AND m.address IS NOT NULL AND ${activeAdministrator(sql`${now}`)}
      WHERE NOT ${isTold(key)}`),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about, facts)
      SELECT ${auditId}, ${now}, 'client-credential.refused', 'done', ${id}, json_object('because', ${code}) FROM workspace WHERE NOT ${isTold(key)}`),
    store.db.run(sql`
      UPDATE workspace SET alerted = (SELECT json_group_array(value) FROM (SELECT value FROM
        (SELECT -1 AS key, ${key} AS value UNION ALL SELECT key, value FROM ${told}) ORDER BY key LIMIT ${MOST_REMEMBERED}))
      WHERE NOT ${isTold(key)}`),
  ]);
  return changedRows(written) > 0;
}

/** It works again: the mark goes, and it is told anew when it comes back. Writes nothing where there is no trouble. */
export async function credentialTaken(
  store: Store,
  id: string | null,
  { now, auditId }: { now: Millis; auditId: string },
): Promise<void> {
  const beginning = `${BEGINNING}${id ?? ENVIRONMENT} `;
  const mine = sql`substr(value, 1, ${beginning.length}) = ${beginning}`;
  const hasTrouble = sql`(EXISTS (SELECT 1 FROM ${told} WHERE ${mine}) OR EXISTS (SELECT 1 FROM client_credentials
    WHERE client_credentials.id = ${id} AND refused_at IS NOT NULL))`;
  const troubles = await store.db.all(sql`SELECT 1 FROM workspace WHERE ${hasTrouble}`);
  if (troubles.length === 0) return;
  await store.write([
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about)
      SELECT ${auditId}, ${now}, 'client-credential.taken', 'done', ${id} FROM workspace WHERE ${hasTrouble}`),
    store.db.run(sql`UPDATE client_credentials SET refused_at = NULL, refused_code = NULL WHERE id = ${id}`),
    store.db.run(
      sql`UPDATE workspace SET alerted = (SELECT json_group_array(value) FROM ${told} WHERE NOT ${mine}) WHERE ${hasTrouble}`,
    ),
  ]);
}

/**
 * Why nobody can sign in, as the number of the AADSTS message or the error's name: every credential in use was refused last. null while one
 * may work. `isSetByEnvironment`: the environment's secret is the one in use.
 */
export async function findCredentialTrouble(store: Store, isSetByEnvironment: boolean): Promise<string | null> {
  const [row] = await store.db.all<{ code: string | null }>(isSetByEnvironment ? troubleOfEnvironment : troubleOfStored);
  return row?.code ?? null;
}

/** The number with what it means, for health and mail. */
export function whyRefused(code: string): string {
  const number = code.replace(/^AADSTS/, '');
  if (number === '7000222') return 'the client secret has expired (AADSTS7000222)';
  if (number === '7000215') return 'the identity provider does not know the client secret (AADSTS7000215)';
  if (number === '700027') return 'the identity provider does not know the certificate (AADSTS700027)';
  return `the identity provider refuses the client secret or certificate (${/^\d+$/.test(number) ? `AADSTS${number}` : number})`;
}

const troubleOfEnvironment = sql`
  SELECT substr(value, ${keyOf(null, '').length + 1}) AS code FROM workspace, ${told}
  WHERE substr(value, 1, ${keyOf(null, '').length}) = ${keyOf(null, '')} LIMIT 1`;

/** Credentials that have expired by the date typed here are not in use. */
const troubleOfStored = sql`
  SELECT c.refused_code AS code FROM single_sign_on AS s JOIN client_credentials AS c
    ON c.tenant_id = s.tenant_id AND c.client_id = s.client_id AND c.tested_at IS NOT NULL AND c.ended_at IS NULL
  WHERE s.state = 'on' GROUP BY s.id HAVING min(c.refused_at IS NOT NULL) = 1 ORDER BY max(c.refused_at)`;

/** What such a mail says. `to` is null when the administrator has no address; `hasOther`: people still sign in by another credential. */
export type SignOnAlertFacts = {
  kind: 'sign-on-alert';
  to: string | null;
  code: string;
  isSetByEnvironment: boolean;
  credential: 'secret' | 'certificate';
  hasOther: boolean;
};

type Row = {
  id: string;
  to: string | null;
  about: string;
  kind: 'secret' | 'certificate' | null;
  code: string | null;
  hasOther: number;
};

/** By outbox id. One whose credential works again, or has ended, is left out. */
export async function signOnAlertFacts(store: Store, ids: readonly string[]): Promise<[id: string, facts: SignOnAlertFacts][]> {
  const rows = await store.db.all<Row>(sql`
    SELECT o.id, m.address AS "to", o.about_id AS about, c.kind, c.refused_code AS code, EXISTS (SELECT 1 FROM client_credentials AS other
        WHERE other.id <> c.id AND other.tenant_id = c.tenant_id AND other.client_id = c.client_id AND other.tested_at IS NOT NULL
          AND other.ended_at IS NULL AND other.refused_at IS NULL) AS hasOther
    FROM outbox_messages AS o JOIN members AS m ON m.id = o.member_id LEFT JOIN client_credentials AS c ON c.id = o.about_id
    WHERE o.id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND o.kind = 'sign-on-alert'`);
  return rows.map(({ id, to, about, kind, code, hasOther }) => [
    id,
    {
      ...{ kind: 'sign-on-alert', to, credential: kind ?? 'secret', hasOther: hasOther === 1 },
      isSetByEnvironment: kind === null,
      code: code ?? about.slice(ENVIRONMENT.length + 1),
    },
  ]);
}

/** SQL: the alert of this outbox row still holds. The text of the list is looked into: a claim opens no list for each mail. */
export const isAlertWanted = (aboutId: SQL): SQL => sql`(EXISTS (SELECT 1 FROM client_credentials AS c
    WHERE c.id = ${aboutId} AND c.refused_at IS NOT NULL AND c.ended_at IS NULL)
  OR instr((SELECT coalesce(alerted, '') FROM workspace WHERE id = 1), '"' || ${BEGINNING} || ${aboutId} || '"') > 0)`;
