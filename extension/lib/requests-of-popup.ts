import * as v from 'valibot';
import { browser } from 'wxt/browser';

const Message = v.strictObject({ connect: v.pipe(v.string(), v.url()) });

/** The one thing that the popup cannot leave in storage: a sign-in window opens on a press only, never at the next waking. */
export const askToConnect = (workspace: string): Promise<void> => browser.runtime.sendMessage({ connect: workspace });

/** The workspace to connect to, if this message is our popup's; anybody else's gets no answer (EXT-04). */
export function readMessage(message: unknown, sender: { id?: string; url?: string }): string | undefined {
  const ours = sender.id === browser.runtime.id && sender.url?.startsWith(browser.runtime.getURL('/popup.html'));
  return ours && v.is(Message, message) ? message.connect : undefined;
}
