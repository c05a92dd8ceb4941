import type { Page } from '@doorstep/shared/list';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { options } from './form.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { state } from './notice.ts';
import { isolate } from './person.ts';
import { emptyState, pager, table } from './table.ts';
import { link, shown } from './text.ts';
import { short } from './time.ts';

/** One row of the audit: `what` is its code, `text` the sentence; names are joined when shown and null after an erasure. */
export type AuditLine = {
  id: string;
  at: Millis;
  what: string;
  text: string;
  by: string | null;
  about: { text: string; href: string | null } | null;
  result: string;
  isRefusal: boolean;
  requestId: string | null;
};

/** `kinds`: the codes that `?what=` can choose, each with its words. */
export type AuditModel = AdminShell & {
  lines: Page<AuditLine>;
  kinds: { what: string; text: string }[];
  what: string | null;
  cursor: string | null;
};

/** `/admin/audit`, newest first. */
export function auditPage(model: AuditModel): Html {
  const { items, nextCursor } = model.lines;
  const at = (cursor: string | null) => link('/admin/audit', { what: model.what, cursor });
  const body =
    items.length === 0
      ? emptyState('Nothing to show', 'Whatever changes at the door is written down here.')
      : table('Audit', columns, items.map(row));
  return adminLayout(
    model,
    'audit',
    'Audit',
    '',
    html`<div class="card">${filter(model)}${body}${pager(nextCursor && at(nextCursor), model.cursor && at(null))}</div>`,
  );
}

function filter({ kinds, what }: AuditModel): Html {
  const choices = [{ value: '', text: 'Everything' }, ...kinds.map((kind) => ({ value: kind.what, text: kind.text }))];
  return html`<form class="toolsbar" method="get" action="/admin/audit"><label class="label" for="what">Show</label>
<select class="input short" id="what" name="what">${options(choices, what ?? '')}</select>
<button class="btn">Show</button></form>`;
}

const columns = [
  { text: 'What' },
  { text: 'When (UTC)', look: 'muted' },
  { text: 'Who' },
  { text: 'About' },
  { text: 'Result', look: 'tight' },
  { text: 'Request', look: 'mono muted' },
];

const row = (line: AuditLine) => [
  shown(line.text),
  short(line.at),
  line.by === null ? '' : isolate(shown(line.by, 80)),
  about(line.about),
  line.isRefusal ? state('wait', 'x', shown(line.result, 60)) : state('ok', 'check', shown(line.result, 60)),
  line.requestId === null ? '' : shown(line.requestId, 60),
];

const about = (subject: AuditLine['about']) => {
  if (subject === null) return '';
  const text = isolate(shown(subject.text, 80));
  return subject.href === null ? text : html`<a href="${subject.href}">${text}</a>`;
};
