import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { errorSummary, postButton, textField } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { isolate } from './person.ts';
import { SSO } from './provisioning.ts';
import { count, figure, shown } from './text.ts';
import { ago, day } from './time.ts';
import { toCopy } from './to-copy.ts';

export const DOMAINS = `${SSO}/domains`;

/** `found`: the records of the last look, each as one text; null when DNS could not be asked, then `problem` says why. */
export type AddedDomain = {
  domain: string;
  recordName: string;
  recordText: string;
  addedAt: Millis;
  verifiedAt: Millis | null;
  checkedAt: Millis | null;
  found: readonly string[] | null;
  problem: string | null;
};

export type DomainsModel = AdminShell & {
  directory: readonly string[];
  administrators: readonly string[];
  added: readonly AddedDomain[];
  hasMost: boolean;
  typed: string;
  errors: FieldError[];
};

/** `/admin/single-sign-on/domains` */
export function domainsPage(model: DomainsModel): Html {
  const content = html`<p><a class="back" href="${SSO}">${icon('left')}Single sign-on</a></p>${errorSummary(model.errors, labels)}<div class="cols"><div class="aside">${model.added.map((one, at) => addedCard(one, at, model))}${addForm(model)}</div>
<div class="aside">${known(model)}</div></div>`;
  return adminLayout(model, 'single-sign-on', 'Your domains', '', html`${content}<script src="/assets/copy.js" defer></script>`);
}

const labels = { domain: 'Domain' };

/** Domains that show themselves without anybody's doing. */
const known = ({
  directory,
  administrators,
  added,
}: DomainsModel): Html => html`<section class="card padded stack" aria-labelledby="known">
<div><h2 id="known">What they are for</h2>
<p class="small muted">People with an address of one of your domains sign in with Microsoft. Everybody else is invited as a guest.</p></div>
${directory.length + administrators.length === 0 && !added.some(({ verifiedAt }) => verifiedAt !== null) ? notice('wait', 'info', 'No domain is known yet: nobody can be told from a guest. Connect the directory, or add a domain.') : ''}
${listOf('From Microsoft', 'Verified there, read with the directory.', directory)}
${listOf('From administrators', 'The domains of their proven addresses.', administrators)}</section>`;

const MOST_SHOWN = 50;

const listOf = (title: string, hint: string, domains: readonly string[]): Html | '' =>
  domains.length === 0
    ? ''
    : html`<div><h3 class="label">${title}</h3><p class="small muted">${hint}</p><ul class="stack">${domains
        .slice(0, MOST_SHOWN)
        .map((domain) => html`<li>${isolate(shown(domain, 253))}</li>`)}${
        domains.length > MOST_SHOWN ? html`<li class="muted">and ${figure(domains.length - MOST_SHOWN)} more</li>` : ''
      }</ul></div>`;

function addForm({ typed, errors, hasMost }: DomainsModel): Html {
  if (hasMost) return notice('', 'info', 'There are as many domains as there may be. Remove one that is not needed any more.');
  const field = textField({
    name: 'domain',
    label: labels.domain,
    value: typed,
    errors,
    maxLength: 300,
    placeholder: 'contoso.com',
    hint: 'The part behind the @. You show that it is yours by a TXT record in its DNS.',
  });
  return html`<form class="card padded stack" method="post" action="${DOMAINS}" aria-labelledby="add"><h2 id="add">Add a domain</h2>${field}
<div><button class="btn primary">${icon('plus')}Add the domain</button></div></form>`;
}

function addedCard(one: AddedDomain, at: number, { now }: DomainsModel): Html {
  const { domain, verifiedAt } = one;
  const path = `${DOMAINS}/${encodeURIComponent(domain)}`;
  const name = shown(domain, 253);
  const remove = postButton({ action: `${path}/remove`, text: 'Remove', look: 'btn danger', about: name });
  const head = html`<div class="line wrap"><h2 id="d${at}" class="grow">${isolate(name)}</h2>${
    verifiedAt === null ? state('wait', 'clock', 'not there yet') : state('ok', 'check', 'yours')
  }</div>`;
  if (verifiedAt !== null) {
    return html`<section class="card padded stack" aria-labelledby="d${at}">${head}
<p class="small muted">Shown by a TXT record on ${day(verifiedAt)}. The record is not needed any more.</p><div class="button-row">${remove}</div></section>`;
  }
  return html`<section class="card padded stack" aria-labelledby="d${at}">${head}
<p class="small muted">Create this record where the DNS of ${isolate(name)} is kept. Type: TXT.</p>
${toCopy(`name-${at}`, 'Name', one.recordName)}${toCopy(`text-${at}`, 'Text', one.recordText)}
${lookShown(one, now)}<div class="button-row">${postButton({ action: `${path}/check`, text: 'Check now', look: 'btn primary', icon: 'retry', about: name })}${remove}</div></section>`;
}

/** What was found against what is expected, word for word. */
function lookShown({ checkedAt, found, problem, recordText }: AddedDomain, now: Millis): Html {
  if (checkedAt === null) return html`<p class="small muted">Nobody has looked yet.</p>`;
  const when = html`Looked ${ago(checkedAt, now)}.`;
  if (problem !== null) {
    return notice('bad', 'warn', html`${when} DNS could not be asked: <q>${isolate(shown(problem, 1100))}</q> ${again}`);
  }
  if (!found || found.length === 0) {
    return notice('wait', 'clock', html`${when} There is no TXT record under this name yet. ${again}`);
  }
  return notice(
    'wait',
    'clock',
    html`${when} ${count(found.length, 'record was', 'records were')} found, and none says what is expected. ${again}
<dl class="facts"><dt>Expected</dt><dd class="mono">${recordText}</dd><dt>Found</dt><dd class="mono"><ul class="stack">${found.map(
      (record) => html`<li>${record === '' ? 'an empty record' : isolate(shown(record, 1100))}</li>`,
    )}</ul></dd></dl>`,
  );
}

const again = 'DNS may need up to a day; check again whenever you like. We look once an hour, too.';
