import { useEffect, useRef, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { drop, type Kept, keep } from '../lib/kept.ts';

export type Save = (items: Kept) => void;

/**
 * What the extension keeps, live. `save` shows at once and stores behind; an undefined value removes. What comes back from storage
 * while an own change of that key is on the way is older than what is shown, and is left out: typing never jumps back.
 */
export function useKept(initial: Kept): [Kept, Save] {
  const [kept, setKept] = useState(initial);
  const underway = useRef(new Map<string, number>()).current;
  useEffect(() => {
    const follow = (changes: Record<string, { newValue?: unknown }>, area: string) => {
      const news = Object.entries(changes).filter(([key]) => !underway.get(key));
      if (area === 'local' && news.length > 0)
        setKept((old) => merged(old, Object.fromEntries(news.map(([key, { newValue }]) => [key, newValue]))));
    };
    browser.storage.onChanged.addListener(follow);
    return () => browser.storage.onChanged.removeListener(follow);
  }, []);
  const save = (items: Kept) => {
    setKept((old) => merged(old, items));
    void store(items, underway).then((keys) => catchUp(keys, underway, (news) => setKept((old) => merged(old, news))));
  };
  return [kept, save];
}

/** What others have written meanwhile was left out, and no further event tells of it: it is read again. */
async function catchUp(keys: string[], underway: Map<string, number>, show: (news: object) => void): Promise<void> {
  const stored: Record<string, unknown> = await browser.storage.local.get(keys);
  const still = keys.filter((key) => !underway.get(key));
  show(Object.fromEntries(still.map((key) => [key, stored[key]])));
}

const merged = (old: Kept, items: object): Kept =>
  Object.fromEntries(Object.entries({ ...old, ...items }).filter(([, value]) => (value ?? undefined) !== undefined)) as Kept;

/** Answers the keys of which no change is on the way any more. */
async function store(items: Kept, underway: Map<string, number>): Promise<string[]> {
  const keys = Object.keys(items);
  for (const key of keys) underway.set(key, (underway.get(key) ?? 0) + 1);
  const gone = keys.filter((key) => items[key as keyof Kept] === undefined);
  await keep(items);
  await drop(gone);
  for (const key of keys) underway.set(key, underway.get(key)! - 1);
  return keys.filter((key) => !underway.get(key));
}
