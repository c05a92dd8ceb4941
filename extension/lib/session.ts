import type { Me } from '@doorstep/shared/me';
import type { Millis } from '@doorstep/shared/time';
import { getMe } from './api.ts';
import { type Account, alone, type Connection, drop, type Kept, keep, readKept } from './kept.ts';
import { revokeToken } from './oauth.ts';

/** Begins a session. Drafts of another workspace go (EXT-07, EXT-13), those of another member wait for their owner. */
export const beginSession = (connection: Connection, me: Me): Promise<void> =>
  alone('session', async () => {
    const foreign = Object.keys(await readKept()).filter((key) => !key.startsWith(`draft ${connection.workspace} `));
    await drop(foreign);
    await keep({ ...connection, account: accountOf(me) });
  });

/** What the workspace says of itself and of us now; without an answer what is known stays. */
export async function renewAccount(connection: Connection): Promise<void> {
  const me = await getMe(connection);
  if (me.outcome === 'ok') await keepInSession(connection.token, { account: accountOf(me.value) });
}

const accountOf = ({ memberId, name, address, workspace: { name: workspaceName, publicUrl, invitationDays } }: Me): Account => ({
  memberId,
  name,
  address,
  workspaceName,
  publicUrl,
  invitationDays,
});

/** Keeps what an answer brought, unless its session ended while it was on the way. */
export const keepInSession = (token: string, items: Kept, dropped: string[] = []): Promise<void> =>
  alone('session', async () => {
    if ((await readKept()).token !== token) return;
    await keep(items);
    await drop(dropped);
  });

/** The server ended the token: address, account and drafts stay, everything else goes (CONTRACT.md, 6). */
export const endSession = (token: string, now: Millis): Promise<void> =>
  alone('session', async () => {
    const kept = await readKept();
    if (kept.token !== token) return;
    await drop(Object.keys(kept).filter((key) => key !== 'workspace' && key !== 'account' && !key.startsWith('draft ')));
    await keep({ endedAt: now });
  });

/** *Sign out*: only the workspace's address stays. Gone here first, so that no failure of the network can keep it. */
export async function signOut(): Promise<void> {
  const { workspace, token } = await alone('session', async () => {
    const kept = await readKept();
    await drop(Object.keys(kept).filter((key) => key !== 'workspace'));
    return kept;
  });
  if (workspace && token) await revokeToken({ workspace, token });
}
