import type { AccessRequest } from '@doorstep/shared/access-request';
import type { Invitation } from '@doorstep/shared/invitation';
import type { Summary } from '@doorstep/shared/me';
import type { Millis } from '@doorstep/shared/time';
import { browser } from 'wxt/browser';
import type { Decision, Notice } from './decisions.ts';
import type { Draft, Options } from './draft.ts';

/**
 * All that the extension keeps, in `storage.local`: the worker dies between two events, so storage is the only state, and the channel
 * between popup and background. A decision and a draft have a key of their own, so that the two never overwrite each other's.
 */
export type Kept = {
  /** Origin of the workspace; all that is left after *Sign out*. */
  workspace?: string;
  /** The credential of this browser. Here and nowhere else: never in a message, a URL or a log (EXT-05). */
  token?: string;
  account?: Account;
  /** When the server was found to have ended the token. */
  endedAt?: Millis;
  signIn?: SignIn;
  door?: Door;
  pulse?: Pulse;
  [decision: `decision ${string}`]: Decision | undefined;
  [notice: `notice ${string}`]: Notice | undefined;
  [draft: `draft ${string}`]: Draft | undefined;
  [options: `options ${string}`]: Options | undefined;
};
export type Account = {
  memberId: string;
  name: string | null;
  address: string | null;
  workspaceName: string;
  publicUrl: string;
  /** How long an invitation holds unless its sender says otherwise; an older version did not ask. */
  invitationDays?: number;
};
/** The last press on *Connect*. The workspace is asked for here, and becomes ours only when it has let us in. */
export type SignIn = { workspace: string } & ({ state: 'running' } | { state: 'failed'; why: SignInFailure });
export type SignInFailure = 'not-administrator' | 'closed' | 'page-failed' | 'not-ours' | 'refused' | 'no-answer';
/** The last good answers of the workspace. */
export type Door = { etag: string | null; summary: Summary; requests: AccessRequest[]; invitations: Invitation[] };
/** Whether it answers: `asOf` is the time of the last good answer. */
export type Pulse = { asOf: Millis; failing: boolean };

/** What may be asked of the workspace, and with what. */
export type Connection = { workspace: string; token: string };

export const readKept = (): Promise<Kept> => browser.storage.local.get(null) as Promise<Kept>;
export const keep = (items: Kept): Promise<void> => browser.storage.local.set(items);
export const drop = (keys: string[]): Promise<void> => browser.storage.local.remove(keys);

/** One thing to keep under a key that is computed. */
export const item = <Key extends keyof Kept>(key: Key, value: Kept[Key]): Kept => ({ [key]: value }) as Kept;

export const connectionOf = ({ workspace, token }: Kept): Connection | undefined =>
  workspace && token ? { workspace, token } : undefined;

/** One writer at a time in popup and background together; what is decided on what was read stays true while it is written. */
export const alone = <Result>(name: string, act: () => Promise<Result>): Promise<Result> =>
  navigator.locks.request(name, act) as Promise<Result>;
