import type { Page } from '@doorstep/shared/list';

/** A page of rows that were asked for with one more than `limit`: the extra one says that there are more. */
export function pageOf<Row extends { id: string }, Item>(rows: Row[], limit: number, show: (row: Row) => Item): Page<Item> {
  const shown = rows.slice(0, limit);
  return { items: shown.map(show), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}
