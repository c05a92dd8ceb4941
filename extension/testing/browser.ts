import { locks } from 'node:worker_threads';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { type Kept, keep } from '../lib/kept.ts';
import { me, type Workspace } from './workspace.ts';

/** A fresh browser: storage, alarms and messages are WXT's, the parts of `action` and `identity` that it lacks are here. */
export function aBrowser() {
  fakeBrowser.reset();
  const shown = { text: '', title: '', color: '', icon: '' };
  const show = async (facts: object) => void Object.assign(shown, facts);
  Object.assign(fakeBrowser.action, {
    setBadgeText: show,
    setTitle: show,
    setBadgeBackgroundColor: show,
    setBadgeTextColor: async () => {},
    setIcon: ({ path }: { path: Record<string, string> }) => show({ icon: path[16] }),
  });
  Object.assign(fakeBrowser.runtime, { getURL: (path: string) => `chrome-extension://ours${path}` });
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
  return { shown };
}

/** The window of the sign-in: gets the URL that would be opened, answers where it ended. */
export const signInWindow = (end: (url: URL) => string): void =>
  void Object.assign(fakeBrowser.identity, {
    getRedirectURL: () => 'https://ours.chromiumapp.org/',
    launchWebAuthFlow: async ({ url }: { url: string }) => end(new URL(url)),
  });

export const connectedTo = async (workspace: Workspace): Promise<Kept> => {
  const { memberId, name, address } = me(workspace.origin);
  const account = { memberId, name, address, workspaceName: 'Contoso Vault', publicUrl: workspace.origin };
  const kept: Kept = { workspace: workspace.origin, token: 'the-token', account };
  await keep(kept);
  return kept;
};
