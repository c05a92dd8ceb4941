import { html, raw } from 'hono/html';
import type { Person, PersonKind } from '../people.ts';
import { type Html, page } from './layout.ts';

const KINDS: Record<PersonKind, string> = {
  administrator: 'administrator',
  colleague: 'colleague',
  guest: 'guest',
  'other-tenant': 'other tenant',
};

/** Who somebody is for the demonstration, in a word or three. */
export function kindOf(person: Person): string {
  if (person.kind !== 'colleague') return KINDS[person.kind];
  if (person.email === undefined) return 'no address';
  return person.xmsEdov === undefined ? 'address not proven' : KINDS.colleague;
}

/** What the sign-in page shows: everybody, or the one account asked for with a way to the others. */
export interface SignInChoice {
  /** Where the forms go. */
  action: string;
  people: readonly Person[];
  /** Set when one account stands first: its own page, and the link to everybody. */
  anotherAccount?: string;
  /** What was looked for, when somebody looked. */
  search?: string;
}

export function signInPage(choice: SignInChoice): Html {
  const [only] = choice.people;
  const title = choice.anotherAccount && only ? `Sign in as ${only.name}` : 'Pick an account';
  return page(
    title,
    html`<h1>${title}</h1>
<p class="muted">Demo tenant: stands in for Microsoft. No password is asked.</p>
<form method="post" action="${choice.action}">
<ul class="people">${choice.people.map((person) => html`<li>${personButton(person)}</li>`)}</ul>
</form>
${choice.anotherAccount ? html`<p><a href="${choice.anotherAccount}">Use another account</a></p>` : ''}
<form class="search" method="get" action="${choice.action}">
<label>Somebody else <input name="search" value="${choice.search ?? ''}"></label> <button>Search</button>
</form>
<form method="post" action="${choice.action}"><button name="cancel" value="yes">Cancel</button></form>`,
  );
}

function personButton(person: Person): Html {
  return html`<button class="person" name="account" value="${person.key}"><span class="name">${person.name}</span><span class="address">${person.preferredUsername}</span><span class="kind">${kindOf(person)}</span></button>`;
}

/** `form` is the provider's own form element with id `op.logoutForm`, already escaped. */
export function signOutPage(form: string): Html {
  return page(
    'Sign out',
    html`<h1>Sign out of the demo tenant?</h1>
<p class="muted">Demo tenant: stands in for Microsoft.</p>
${raw(form)}
<p><button form="op.logoutForm" name="logout" value="yes">Sign out</button> <button form="op.logoutForm">Stay signed in</button></p>`,
  );
}

export function signedOutPage(): Html {
  return page('Signed out', html`<h1>You are signed out</h1><p>You can close this window.</p>`);
}

export function errorPage(error: string, description: string): Html {
  return page(
    'Sign-in failed',
    html`<h1>Sorry, signing in did not work</h1>
<p class="muted">Demo tenant: stands in for Microsoft.</p>
<p>${description}</p>
<p class="muted">${error}</p>`,
  );
}
