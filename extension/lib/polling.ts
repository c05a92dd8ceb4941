import { browser } from 'wxt/browser';

const NAME = 'poll';

/** The badge is renewed twice a minute while this browser is connected, and never otherwise (EXT-11). */
export async function keepPolling(connected: boolean): Promise<void> {
  const running = await browser.alarms.get(NAME);
  if (connected && !running) await browser.alarms.create(NAME, { periodInMinutes: 0.5 });
  if (!connected && running) await browser.alarms.clear(NAME);
}
