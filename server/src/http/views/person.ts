import { html } from 'hono/html';
import type { Html } from './layout.ts';
import { nameOf, shown } from './text.ts';

/** The hues of the stylesheet, as whole words so that a search finds them. */
const hues = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7', 'h8', 'h9', 'h10'] as const;

export type PersonShown = { id: string; name: string | null; address: string | null };

/** Initials on a hue that stays with the id; the name stands beside it, so it is hidden from screen readers. */
export const avatar = (id: string, name: string, size: '' | 'sm' | 'lg' = ''): Html =>
  html`<span class="avatar ${size} ${hueOf(id)}" aria-hidden="true">${initialsOf(name)}</span>`;

/** Avatar, name (a link where there is a page), what is said of the person, and the address below. */
export function personCell(person: PersonShown, href: string | null, chips: Html | '' = ''): Html {
  const name = nameOf(person);
  const title =
    href === null ? html`<b class="name">${isolate(name)}</b>` : html`<a class="name" href="${href}">${isolate(name)}</a>`;
  return html`<span class="line">${avatar(person.id, name)}<span class="who"><span class="line g6">${title}${chips}</span>${
    person.name && person.address ? html`<small class="muted">${isolate(shown(person.address))}</small>` : ''
  }</span></span>`;
}

/** The same as the head of a card. `after` follows the name, `withoutAddress` stands where the address would. */
export function personHead(person: PersonShown, chips: Html, { after = '', withoutAddress = '' } = {}): Html {
  const name = nameOf(person);
  const below = person.address ? isolate(shown(person.address)) : withoutAddress;
  return html`<div class="row">${avatar(person.id, name, 'lg')}
<span class="who"><b>${isolate(name)}${after}</b>${below && html`<small>${below}</small>`}</span>${chips}</div>`;
}

/** Text of people in an isolate of its own: its direction ends where it ends (ENT-23). */
export const isolate = (text: string): Html => html`<bdi>${text}</bdi>`;

export const guestChip = (guestOf: string | null): Html | '' =>
  guestOf === null ? '' : html`<span class="chip">guest of ${isolate(shown(guestOf, 60))}</span>`;

/** A guest has a company of their own; a tenant guest signs in with the account of another organization. */
export const memberChip = ({ isGuest, guestOf }: { isGuest: boolean; guestOf: string | null }): Html | '' => {
  if (isGuest || guestOf === null) return guestChip(guestOf);
  return html`<span class="chip" title="${shown(guestOf, 60)}">tenant guest</span>`;
};

export function initialsOf(name: string): string {
  const words = name
    .split('@')[0]!
    .split(/[\s._-]+/u)
    .filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const first = firstLetter(words[0]);
  return `${first}${words.length > 1 ? firstLetter(words.at(-1)) : ''}` || '?';
}

const firstLetter = (word: string | undefined) => Array.from(word ?? '')[0]?.toUpperCase() ?? '';

export function hueOf(id: string): (typeof hues)[number] {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)!) % 9973;
  return hues[sum % hues.length]!;
}
