import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { connect } from '../lib/auth-flow.ts';
import { badgeOf, showBadge } from '../lib/badge.ts';
import { sendDueDecisions } from '../lib/decisions.ts';
import { lookAtDoor } from '../lib/door.ts';
import { drop, readKept } from '../lib/kept.ts';
import { keepPolling } from '../lib/polling.ts';
import { readMessage } from '../lib/requests-of-popup.ts';
import { sendDraft } from '../lib/sending.ts';

/** Listeners are registered at once, before anything is awaited: a woken worker misses nothing. */
export default defineBackground({
  type: 'module',
  main() {
    browser.runtime.onMessage.addListener((message: unknown, sender) => {
      const workspace = readMessage(message, sender);
      if (workspace) void connect(workspace);
    });
    browser.storage.onChanged.addListener((changes, area) => {
      if (area === 'local') void follow(Object.keys(changes));
    });
    browser.alarms.onAlarm.addListener(() => void lookAround());
    browser.runtime.onStartup.addListener(() => {}); // being woken is enough
    browser.runtime.onInstalled.addListener(() => {});
    void wake();
  },
});

async function wake(): Promise<void> {
  const { signIn } = await readKept();
  if (signIn?.state === 'running') await drop(['signIn']); // its window went with the worker before
  await lookAround();
}

async function lookAround(): Promise<void> {
  await keepPolling(Boolean((await readKept()).token));
  await Promise.all([lookAtDoor(Date.now()), sendDecisions(true), sendDraft(Date.now())]);
  await paint();
}

/** Acts on what the popup, or this worker, has put into storage. */
async function follow(keys: string[]): Promise<void> {
  if (keys.includes('token')) await lookAround();
  if (keys.some((key) => key.startsWith('decision '))) await sendDecisions(false);
  if (keys.some((key) => key.startsWith('draft '))) await sendDraft(Date.now());
  if (keys.some((key) => ['token', 'account', 'door', 'pulse', 'endedAt'].includes(key))) await paint();
}

let timer: ReturnType<typeof setTimeout> | undefined;

async function sendDecisions(again: boolean): Promise<void> {
  const next = await sendDueDecisions(Date.now(), again);
  clearTimeout(timer);
  if (next) timer = setTimeout(() => void sendDecisions(false).then(() => lookAtDoor(Date.now())), next - Date.now());
}

const paint = async (): Promise<void> => showBadge(badgeOf(await readKept(), Date.now()));
