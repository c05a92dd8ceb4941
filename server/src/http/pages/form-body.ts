import type { Ctx } from '../env.ts';

/** The fields of one of our own forms, the first of each name; `formsOnly` has seen to the type. */
export async function readForm(c: Ctx): Promise<{ get(name: string): string | undefined; all(name: string): string[] }> {
  const fields = new URLSearchParams((await c.req.text()).replaceAll('%00', '')); // NUL would cut the text in the database (WEB-21)
  return { get: (name) => fields.get(name) ?? undefined, all: (name) => fields.getAll(name) };
}
