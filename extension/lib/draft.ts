import type { Found } from '@doorstep/shared/address-list';
import type { Language } from '@doorstep/shared/invitation';
import { type Batch, DEFAULT_EXPIRES_IN_DAYS } from '@doorstep/shared/invitation-batch';
import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import type { Kept } from './kept.ts';

/** An invitation being made. It outlives the popup and the session, for its own member in its own workspace only. */
export type Draft = Options & {
  /** The Idempotency-Key: made with the draft, a new one after an edit, so that a repeated sending is the same one (EXT-12). */
  key: string;
  step: Step;
  /** Ticked in step 1: people of the directory, whole groups of it, and all whom an invitation is required for and a search finds. */
  picked: PickedPerson[];
  groups: PickedGroup[];
  searches: PickedSearch[];
  /** By e-mail. */
  people: Found[];
  odd: OddEntry[];
  /** How many were there more than once. */
  folded: number;
  typed: string;
  /** A day as the date field gives it, or empty: never. */
  accessEnds: string;
  /** Whether the next draft is to begin with these options. */
  remembers: boolean;
  /** Custom user groups that everybody of it gets. */
  userGroups: ChosenGroup[];
  /** Handed to the background at this time, which takes it out again. */
  sending?: Millis;
  failure?: string;
  /** The workspace's answer: from now on a result to look at. */
  sent?: Batch;
};
export const steps = ['organization', 'emails', 'options', 'groups', 'review'] as const;
export type Step = (typeof steps)[number];
export type OddEntry = { text: string; problem: string; suggestion?: string };
export type PickedPerson = { id: string; name: string | null; address: string | null };
export type PickedGroup = { id: string; name: string | null; people: number };
/** `count` is null when nobody has counted so far. */
export type PickedSearch = { q: string; count: number | null };
export type ChosenGroup = { id: string; name: string };

/** What *Remember these options* keeps: a last day would be over one day, so it is none of them. */
export type Options = { role: Exclude<Role, 'administrator'>; language: Language | null; days: number; note: string };

export const draftKey = (kept: Kept): `draft ${string}` => `draft ${kept.workspace} ${kept.account?.memberId}`;
export const optionsKey = (kept: Kept): `options ${string}` => `options ${kept.workspace} ${kept.account?.memberId}`;

const blank: Omit<Draft, 'key'> = {
  step: 'emails',
  picked: [],
  groups: [],
  searches: [],
  people: [],
  odd: [],
  folded: 0,
  typed: '',
  role: 'member',
  language: null,
  days: DEFAULT_EXPIRES_IN_DAYS,
  note: '',
  accessEnds: '',
  remembers: false,
  userGroups: [],
};

/** `days`: how long an invitation of the workspace usually holds; remembered options say it themselves. */
export const newDraft = (step: Step = 'emails', remembered?: Options, days = blank.days): Draft => ({
  ...blank,
  days,
  ...remembered,
  remembers: remembered !== undefined,
  step,
  key: crypto.randomUUID(),
});

/** The draft of whoever is connected; one that an older version kept lacks what has come since. */
export const draftIn = (kept: Kept): Draft | undefined => {
  const draft = kept[draftKey(kept)];
  return draft && { ...blank, ...draft };
};

/** Every change of what would be sent makes another sending of it. */
export const edited = (draft: Draft, change: Partial<Draft>): Draft => ({
  ...draft,
  ...change,
  failure: undefined,
  key: crypto.randomUUID(),
});

export const optionsOf = ({ role, language, days, note }: Draft): Options => ({ role, language, days, note });

/** The last second of a day given as `2027-03-31`, in local time; nothing for nothing. */
export const endOfDay = (day: string): Millis | null => (day === '' ? null : new Date(`${day}T23:59:59`).getTime());

/** The day of an instant, in local time, as a date field takes it. */
export const dayOf = (at: Millis): string => {
  const date = new Date(at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
};
