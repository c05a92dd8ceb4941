import { sql } from 'drizzle-orm';
import type { LogoType } from '../domain/logo.ts';
import { workspace } from './schema.ts';
import { type By, type Changed, writeWorkspace } from './settings.ts';
import type { Store } from './store.ts';

/** `hash` names the bytes in the logo's address. */
export type Logo = { type: LogoType; hash: string; bytes: Uint8Array<ArrayBuffer> };

type LogoRow = { type: LogoType; hash: string; hex: string };

/** Held in memory while nothing is written: every first visit asks for it. */
export const findLogo = (store: Store): Promise<Logo | null> =>
  store.memory.recall('logo', async () => {
    // as text: without Node's Buffer, as on the edge, drizzle-orm 0.45 takes the bytes of a blob for UTF-8
    const [row] = await store.db.all<LogoRow>(
      sql`SELECT logo_type AS type, logo_hash AS hash, hex(logo) AS hex FROM workspace WHERE logo_hash IS NOT NULL`,
    );
    return row ? { type: row.type, hash: row.hash, bytes: bytesOf(row.hex) } : null;
  });

/** By the codes of the digits, 0 to 9 and A to F: parsing each pair as a text would hold the event loop for 50 ms. */
function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at += 1)
    bytes[at] = (digit(hex.charCodeAt(2 * at)) << 4) | digit(hex.charCodeAt(2 * at + 1));
  return bytes;
}
const digit = (code: number): number => (code & 15) + 9 * (code >> 6);

/** null takes it away. */
export async function changeLogo(store: Store, logo: Logo | null, by: By): Promise<Changed> {
  const hash = logo?.hash ?? null;
  const written = await writeWorkspace(store, {
    what: logo ? 'workspace.logo-changed' : 'workspace.logo-removed',
    where: sql`AND workspace.logo_hash IS NOT ${hash}`,
    set: { logo: logo && (logo.bytes as Buffer), logoType: logo?.type ?? null, logoHash: hash },
    ...by,
  });
  if (written === 'changed') return 'changed';
  const [row] = await store.db.select({ hash: workspace.logoHash }).from(workspace);
  return row?.hash === hash ? 'same' : 'lost';
}
