import type { Ctx } from '../env.ts';

/** The fields of one of our own forms, the first of each name; an unreadable body is an empty form. */
export async function readForm(c: Ctx): Promise<{ get(name: string): string | undefined; all(name: string): string[] }> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  const fields = type === 'application/x-www-form-urlencoded' ? new URLSearchParams(await c.req.text()) : new URLSearchParams();
  return { get: (name) => fields.get(name) ?? undefined, all: (name) => fields.getAll(name) };
}
