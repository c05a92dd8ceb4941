import { Hono } from 'hono';
import { type AuditRow, findAuditEvents } from '../../../store/audit.ts';
import { findSubjects, type Subject } from '../../../store/audit-subject.ts';
import { isId } from '../../../store/new-id.ts';
import type { Ctx, Env } from '../../env.ts';
import { type AuditLine, auditPage } from '../../views/audit.ts';
import { nameOf } from '../../views/text.ts';
import { page } from '../page.ts';
import { adminShellOf, choiceIn, ENTRIES } from './admin-page.ts';
import { auditKinds, auditSentence } from './audit-words.ts';

const codes = auditKinds.map(({ what }) => what);

/** Whatever changed at the door and what was refused, newest first. */
export const audit = new Hono<Env>().get('/', async (c) => {
  const { store } = c.var.deps;
  const what = choiceIn(c, 'what', codes);
  const cursor = cursorOf(c);
  const wanted = { limit: ENTRIES + 1, ...(what === null ? {} : { what }), ...(cursor === null ? {} : { cursor: cursor.after }) };
  const rows = await findAuditEvents(store, wanted);
  const shown = rows.slice(0, ENTRIES);
  const subjects = await findSubjects(
    store,
    shown.map((row) => row.about),
  );
  const last = shown.at(-1);
  const lines = {
    items: shown.map((row) => lineOf(row, subjects)),
    nextCursor: rows.length > ENTRIES && last ? `${last.at}.${last.id}` : null,
  };
  return page(c, auditPage({ ...(await adminShellOf(c)), lines, kinds: auditKinds, what, cursor: cursor?.text ?? null }));
});

/** `{at}.{id}` of the last row of the page before; what is no cursor gives the first page. */
function cursorOf(c: Ctx): { text: string; after: { at: number; id: string } } | null {
  const text = c.req.query('cursor') ?? '';
  const [, at, id] = /^(\d{1,15})\.([\w:-]{1,200})$/.exec(text) ?? [];
  return at && id ? { text, after: { at: Number(at), id } } : null;
}

const lineOf = (row: AuditRow, subjects: Map<string, Subject>): AuditLine => ({
  id: row.id,
  at: row.at,
  what: row.what,
  text: auditSentence(row),
  by: row.byMemberId === null ? null : nameOf({ name: row.byName }),
  about: aboutOf(row, subjects),
  result: row.result,
  isRefusal: row.result === 'refused',
  requestId: row.requestId,
});

function aboutOf({ about }: AuditRow, subjects: Map<string, Subject>): AuditLine['about'] {
  const subject = about === null ? undefined : subjects.get(about);
  return subject ? { text: nameOf(subject), href: hrefOf(subject.id) } : null;
}

function hrefOf(id: string): string | null {
  if (isId('mem', id)) return `/admin/users/${id}`;
  if (isId('req', id)) return `/admin/requests/${id}`;
  if (isId('grp', id)) return `/admin/groups/${id}`;
  return isId('brw', id) ? '/admin/browsers' : null;
}
