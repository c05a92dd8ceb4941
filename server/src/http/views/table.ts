import { html } from 'hono/html';
import { icon } from './icon.ts';
import type { Html } from './layout.ts';

export type Column = { text: string; isHidden?: boolean; look?: string };
type Cell = Html | string | '';

/**
 * A table that becomes a list of cards on narrow screens. There its cells are blocks, which would take the table's meaning away
 * from screen readers in some browsers: hence the roles that a table has anyway.
 */
export const table = (caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html =>
  html`<table class="table" role="table"><caption class="sr">${caption}</caption><thead role="rowgroup"><tr role="row">${columns.map(headCell)}</tr></thead><tbody role="rowgroup">
${rows.map((cells) => html`<tr role="row">${cells.map((cell, at) => bodyCell(columns[at]!, cell))}</tr>\n`)}</tbody></table>`;

const headCell = ({ text, isHidden, look }: Column) =>
  html`<th scope="col" role="columnheader"${look ? html` class="${look}"` : ''}>${isHidden ? html`<span class="sr">${text}</span>` : text}</th>`;

const bodyCell = ({ text, isHidden, look }: Column, cell: Cell) =>
  html`<td role="cell"${look ? html` class="${look}"` : ''}${isHidden ? '' : html` data-label="${text}"`}>${cell}</td>`;

/** The way to older entries, and back to the newest; lists are read by cursor, so there are no page numbers. */
export function pager(next: string | null, newest: string | null, what = 'entries'): Html | '' {
  if (next === null && newest === null) return '';
  return html`<nav class="pager" aria-label="More ${what}"><span class="grow"></span>${
    newest === null ? '' : html`<a class="btn sm" href="${newest}">${icon('left')}Newest</a>`
  }${next === null ? '' : html`<a class="btn sm" href="${next}">Older${icon('right')}</a>`}</nav>`;
}

export const emptyState = (title: string, sentence: string, action: Html | '' = ''): Html =>
  html`<div class="empty"><strong>${title}</strong><p>${sentence}</p>${action}</div>`;
