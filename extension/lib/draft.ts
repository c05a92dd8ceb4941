import { type Entry, type Found, parseAddressList } from '@doorstep/shared/address-list';
import { foldAddress } from '@doorstep/shared/email-address';
import { type Batch, DEFAULT_EXPIRES_IN_DAYS, type NewBatch } from '@doorstep/shared/invitation-batch';
import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import type { Kept } from './kept.ts';

/** An invitation being made. It outlives the popup and the session, for its own member in its own workspace only. */
export type Draft = {
  /** The Idempotency-Key: made with the draft, a new one after an edit, so that a repeated sending is the same one (EXT-12). */
  key: string;
  step: Step;
  people: Found[];
  odd: OddEntry[];
  /** How many were there more than once. */
  folded: number;
  typed: string;
  role: Exclude<Role, 'administrator'>;
  days: number;
  note: string;
  /** A day as the date field gives it, or empty: never. */
  accessEnds: string;
  /** Handed to the background at this time, which takes it out again. */
  sending?: Millis;
  failure?: string;
  /** The workspace's answer: from now on a result to look at. */
  sent?: Batch;
};
export type Step = 'emails' | 'options' | 'review';
export type OddEntry = { text: string; problem: string; suggestion?: string };

export const draftKey = (kept: Kept): `draft ${string}` => `draft ${kept.workspace} ${kept.account?.memberId}`;

export const newDraft = (): Draft => ({
  key: crypto.randomUUID(),
  step: 'emails',
  people: [],
  odd: [],
  folded: 0,
  typed: '',
  role: 'member',
  days: DEFAULT_EXPIRES_IN_DAYS,
  note: '',
  accessEnds: '',
});

/** Every change of what would be sent makes another sending of it. */
export const edited = (draft: Draft, change: Partial<Draft>): Draft => ({
  ...draft,
  ...change,
  failure: undefined,
  key: crypto.randomUUID(),
});

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

/** The body for preview and sending. Access ends with the chosen day where the administrator is. */
export const bodyOf = (draft: Draft): Partial<NewBatch> => ({
  recipients: draft.people.map(({ address }) => ({ email: address })),
  role: draft.role,
  expiresInDays: draft.days,
  note: draft.note.trim() || null,
  accessUntil: endOfDay(draft.accessEnds),
});

/** The last second of a day given as `2027-03-31`, in local time; nothing for nothing. */
export const endOfDay = (day: string): Millis | null => (day === '' ? null : new Date(`${day}T23:59:59`).getTime());
