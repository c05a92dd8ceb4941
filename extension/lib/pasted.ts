import { type Entry, parseAddressList } from '@doorstep/shared/address-list';
import { foldAddress } from '@doorstep/shared/email-address';
import { type Draft, edited, type OddEntry } from './draft.ts';

/** Adds all that a text names. Who is there already is counted, not added. */
export function withPasted(draft: Draft, text: string): Draft {
  const entries = parseAddressList(text);
  const seen = new Set(draft.people.map(({ address }) => foldAddress(address)));
  const people = [...draft.people];
  for (const entry of entries) {
    if (!('address' in entry) || seen.has(foldAddress(entry.address))) continue;
    seen.add(foldAddress(entry.address));
    people.push({ address: entry.address, ...(entry.name && { name: entry.name }) });
  }
  const odd = entries.filter((entry) => 'problem' in entry).map(oddEntry);
  const folded = draft.folded + entries.length - odd.length - (people.length - draft.people.length);
  return edited(draft, { people, odd: [...draft.odd, ...odd], folded, typed: '' });
}

const oddEntry = (entry: Entry & { problem: string; suggestion?: string }): OddEntry => ({
  text: entry.text,
  problem: entry.problem,
  ...(entry.suggestion && { suggestion: entry.suggestion }),
});
