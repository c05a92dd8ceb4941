import { type Column, or, type SQL, sql } from 'drizzle-orm';

/** `q` matches the beginning of any word of name or address, ASCII case folded (CONTRACT.md, 5). LIKE folds ASCII only. */
export function beginsAnyWord(q: string | undefined, ...columns: Column[]): SQL | undefined {
  const wanted = q?.trim();
  if (!wanted) return undefined;
  const begins = `${wanted.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const separators = [' ', '-', '.', '_', '+', '@'];
  return or(
    ...columns.flatMap((column) => [
      sql`${column} LIKE ${begins} ESCAPE '\\'`,
      ...separators.map((separator) => sql`${column} LIKE ${`%${separator === '_' ? '\\_' : separator}${begins}`} ESCAPE '\\'`),
    ]),
  );
}
