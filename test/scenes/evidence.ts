import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type Row } from '@libsql/client';
import type { FreshWorkspace } from '../fresh-workspace.ts';
import { linkIn } from './scenes.ts';

/** Asks the database beside the running server, on a connection of its own that writes nothing. */
export async function ask({ dataDir }: FreshWorkspace, sql: string): Promise<Row[]> {
  const client = createClient({ url: `file:${join(dataDir, 'doorstep.db')}` });
  try {
    return (await client.execute(sql)).rows;
  } finally {
    client.close();
  }
}

/** The first column of each row. */
export const column = async (workspace: FreshWorkspace, sql: string): Promise<unknown[]> =>
  (await ask(workspace, sql)).map((row) => row[0]);

/** Keys, as mailed and as typed, and whatever else the workspace gave away in links, of all mails so far. */
export function secretsInMails({ tenant, setUpLink }: FreshWorkspace): string[] {
  const invitations = tenant.mails().filter(({ textBody }) => textBody.includes('?key='));
  const keys = invitations.map((mail) => new URL(linkIn(mail)).searchParams.get('key')!);
  const shown = invitations.map(({ textBody }) => /^Key: (.+)$/m.exec(textBody)![1]!);
  return [...keys, ...shown, new URL(setUpLink).searchParams.get('token')!, tenant.clientSecret, tenant.postmarkToken];
}

/** Which of these texts stand in the database, its write-ahead log, or the server's log: each as `file: text`. */
export async function tracesOf(secrets: Iterable<string>, { dataDir, log }: FreshWorkspace): Promise<string[]> {
  const names = (await readdir(dataDir)).filter((name) => /\.db(-wal)?$/.test(name));
  const files = await Promise.all(names.map(async (name) => [name, await readFile(join(dataDir, name))] as const));
  const places = [...files, ['log', Buffer.from(log.join('\n'))] as const];
  return [...secrets].flatMap((secret) =>
    places.filter(([, bytes]) => bytes.includes(secret)).map(([name]) => `${name}: ${secret}`),
  );
}
