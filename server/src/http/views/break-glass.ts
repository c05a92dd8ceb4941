import { html } from 'hono/html';
import { postButton } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { type PersonShown, personCell } from './person.ts';
import { SSO } from './provisioning.ts';
import { count, nameOf, shown } from './text.ts';
import { ago } from './time.ts';

export const BREAK_GLASS = `${SSO}/break-glass`;

/** `isInOffice`: an active administrator; of anybody else on the list the passkeys open nothing. */
export type BreakGlassPerson = PersonShown & { isInOffice: boolean; passkeys: number; lastUsedAt: number | null };

/** `others` are administrators who can be added, those that match `q`; `hasMore` when there are more of them. */
export type BreakGlassModel = AdminShell & { people: BreakGlassPerson[]; others: PersonShown[]; hasMore: boolean; q: string };

/** `/admin/single-sign-on/break-glass` */
export const breakGlassPage = (model: BreakGlassModel): Html =>
  adminLayout(
    model,
    'single-sign-on',
    'Break-glass',
    '',
    html`<p><a class="back" href="${SSO}">${icon('left')}Single sign-on</a></p>${warning(model)}<div class="cols"><div class="aside">
${onTheList(model)}${addSomebody(model)}</div><div class="aside">${whatFor}</div></div>`,
  );

const whatFor = html`<section class="card padded stack" aria-labelledby="what-for"><h2 id="what-for">What this is for</h2>
<p class="small">When Microsoft cannot be reached, or SSO is forced and something is wrong with it, nobody can sign in. Whoever is on this list still can, with a passkey, and can put things right.</p>
<p class="small">Two people are a good number. Each makes a passkey under “Passkeys” on their own page, now, while they can sign in. Every use is written into the audit.</p>
<p class="small">If nobody on the list can come in, the person who runs the server stops it and enters <span class="mono">doorstep break-glass</span>: it switches <b>Force SSO</b> off.</p></section>`;

function warning({ people }: BreakGlassModel): Html | '' {
  const inOffice = people.filter(({ isInOffice }) => isInOffice);
  if (inOffice.length === 0)
    return notice('wait', 'warn', 'Nobody is on the list. When Microsoft cannot be reached, nobody can sign in.');
  const without = inOffice.filter(({ passkeys }) => passkeys === 0);
  if (without.length === 0) return '';
  return notice(
    'wait',
    'warn',
    `${count(without.length, 'person has', 'people have')} no passkey yet: until they make one under “Passkeys” on their own page, being on the list helps nobody.`,
  );
}

const onTheList = ({ people, now }: BreakGlassModel) => html`<section class="card padded stack" aria-labelledby="listed">
<h2 id="listed">On the list</h2>${
  people.length === 0
    ? html`<p class="small muted">Nobody yet.</p>`
    : html`<ul class="rows">${people.map(
        (
          person,
        ) => html`<li class="row">${personCell(person, `/admin/users/${encodeURIComponent(person.id)}`)}<span class="grow"></span>
<span class="small">${passkeysOf(person, now)}</span>${postButton({
          action: `${BREAK_GLASS}/remove`,
          text: 'Take off',
          look: 'btn sm danger',
          fields: [['memberId', person.id]],
          about: nameOf(person),
        })}</li>`,
      )}</ul>`
}</section>`;

function passkeysOf({ isInOffice, passkeys, lastUsedAt }: BreakGlassPerson, now: number): Html {
  if (!isInOffice) return state('bad', 'x', 'no administrator now');
  if (passkeys === 0) return state('wait', 'warn', 'no passkey yet');
  return html`${state('ok', 'check', count(passkeys, 'passkey', 'passkeys'))}${lastUsedAt === null ? '' : html` <span class="muted">used ${ago(lastUsedAt, now)}</span>`}`;
}

const addSomebody = ({ others, hasMore, q }: BreakGlassModel) => html`<section class="card padded stack" aria-labelledby="add">
<h2 id="add">Add an administrator</h2><form class="line wrap" method="get" action="${BREAK_GLASS}" role="search">
<span class="search grow">${icon('search')}<input class="input" type="search" name="q" value="${q}" maxlength="200" aria-label="Search administrators" placeholder="Search administrators"></span>
<button class="btn">Search</button></form>${
  others.length === 0
    ? html`<p class="small muted">${q === '' ? 'All administrators are on the list.' : html`No administrator found for “${shown(q, 80)}”.`}</p>`
    : html`<ul class="rows">${others.map(
        (person) =>
          html`<li class="row">${personCell(person, null)}<span class="grow"></span>${postButton({
            action: `${BREAK_GLASS}/add`,
            text: 'Add',
            look: 'btn sm',
            fields: [['memberId', person.id]],
            about: nameOf(person),
          })}</li>`,
      )}</ul>`
}${hasMore ? html`<p class="small muted">There are more: search for the name.</p>` : ''}</section>`;
