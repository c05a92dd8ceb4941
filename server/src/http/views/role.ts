import type { Role } from '@doorstep/shared/member';
import { roles } from '@doorstep/shared/member';
import type { Choice } from './form.ts';

/** A role as a word, as what its holder gets, and as a choice for administrators. */
export const roleText: Record<Role, { word: string; gets: string; choice: string }> = {
  administrator: { word: 'Administrator', gets: 'Administrator: you let others in', choice: 'Administrator: lets others in' },
  member: { word: 'Member', gets: 'Member', choice: 'Member' },
  reader: { word: 'Reader', gets: 'Reader: look, do not change', choice: 'Reader: looks, does not change' },
};

export const roleChoices: Choice[] = roles.toReversed().map((role) => ({ value: role, text: roleText[role].choice }));
