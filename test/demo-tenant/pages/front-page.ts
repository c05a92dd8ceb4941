import { html } from 'hono/html';
import type { Person } from '../people.ts';
import { type Html, page } from './layout.ts';
import { kindOf } from './provider-pages.ts';

export function frontPage(people: readonly Person[]): Html {
  return page(
    'Contoso',
    html`<h1 class="wide">Demo tenant: Contoso</h1>
<p>Stands in for Microsoft Entra and Postmark, so that a workspace can be tried without an account anywhere.
Sign in at the workspace; this page is only for looking around.</p>
<p><a href="/mailbox">Mailbox: every mail the workspace has sent</a><br>
<a href="/directory">Directory: people and groups, and buttons that change them while the workspace runs</a><br>
<a href="/app-registration">App registration: the values that the set-up of a workspace asks for</a></p>
<h2>People</h2>
<table>
<thead><tr><th>Name</th><th>User name</th><th>Address in the token</th><th>Who</th></tr></thead>
<tbody>${people.map(row)}</tbody>
</table>`,
  );
}

function row(person: Person): Html {
  return html`<tr><td>${person.name}</td><td>${person.preferredUsername}</td><td>${person.email ?? 'none'}</td><td>${kindOf(person)}</td></tr>`;
}
