import type { FieldError } from '@doorstep/shared/problem';
import { DAY, type Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { SignOnTest } from '../../actions/sign-on-test.ts';
import type { ListedCredential, SignOnRow } from '../../store/sign-on-config.ts';
import { errorSummary, type HiddenField, hiddenFields, postButton, textField } from './form.ts';
import { icon } from './icon.ts';
import type { Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { isolate } from './person.ts';
import { azureSteps } from './sign-on-azure.ts';
import { type CredentialFormModel, credentialForms, freshHint, type SignOnFormModel, signOnForm } from './sign-on-form.ts';
import { link, shown } from './text.ts';
import { ago, day } from './time.ts';
import { toCopy } from './to-copy.ts';

/** `isGood` is null while it has not been tested as it is. */
export type ConfigurationShown = Pick<SignOnRow, 'id' | 'issuer' | 'tenantId' | 'clientId' | 'testedAt' | 'state'> & {
  isGood: boolean | null;
  /** Switching on is offered: the credential that was tested counts still. */
  isReady: boolean;
  credentials: readonly ListedCredential[];
  /** As many work as may be. */
  hasMost: boolean;
};

/**
 * `home` is the path below which all of it lives. `form`: the tenant and application are asked for; null where a draft or what is on is
 * enough. `credential`: the forms that add one, to the draft if there is one.
 */
export type SignOnConfigModel = {
  home: string;
  now: Millis;
  publicUrl: string;
  isFresh: boolean;
  draft: ConfigurationShown | null;
  on: ConfigurationShown | null;
  form: SignOnFormModel | null;
  credential: CredentialFormModel | null;
};

/** Everything on `{home}/configure`. */
export const signOnConfigContent = (model: SignOnConfigModel): Html => html`<div class="cols"><div class="aside">
${model.isFresh ? '' : freshHint}${model.draft ? draftCard(model, model.draft) : ''}${model.draft ? '' : firstForm(model)}${
  model.on ? onCard(model, model.on) : ''
}</div><div class="aside">${azureSteps(model)}</div></div>`;

const firstForm = ({ form, on }: SignOnConfigModel) =>
  form === null
    ? ''
    : html`<section class="card padded stack" aria-labelledby="connect"><div><h2 id="connect">${on ? 'Connect another application' : 'The application’s IDs'}</h2>
<p class="small muted">${on ? 'What is on stays on until the new one is tested and switched on.' : 'Nothing changes for anybody before it is tested and switched on.'}</p></div>${signOnForm(form)}</section>`;

const draftCard = (
  model: SignOnConfigModel,
  draft: ConfigurationShown,
) => html`<section class="card" aria-labelledby="draft"><div class="padded stack">
<div class="line wrap"><h2 id="draft" class="grow">The draft</h2>${testState(model, draft)}</div>
${both(draft, 'draft')}
${model.form ? html`<details class="reveal"${model.form.errors.length > 0 ? html` open` : ''}><summary>Change the IDs</summary>${signOnForm(model.form)}</details>` : ''}
${isGuidLike(draft.clientId) ? '' : notice('wait', 'warn', 'The application ID is no GUID, as Entra’s are. That is fine for another provider.')}</div>
${credentialList(model, draft)}
<div class="padded stack">${draft.credentials.length === 0 ? html`<p><b>Next:</b> add a client secret or a certificate.</p>` : nextStep(model, draft)}
${addCredential(model.credential, draft)}
${postButton({ action: `${model.home}/discard`, text: 'Discard the draft', look: 'btn sm quiet' })}</div></section>`;

/** Two are enough, but what is wrong with a third one that was typed all the same is said. */
function addCredential(credential: CredentialFormModel | null, { credentials, hasMost }: ConfigurationShown): Html | '' {
  if (credential === null || (hasMost && credential.failed === null)) return '';
  if (credentials.length === 0 || credential.failed !== null) return credentialForms(credential);
  return html`<details class="reveal"><summary>Add another secret or certificate</summary>${credentialForms(credential)}</details>`;
}

const isGuidLike = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

function nextStep({ home }: SignOnConfigModel, draft: ConfigurationShown): Html {
  const newest = draft.credentials[0];
  const test = html`<a class="btn${draft.isReady ? '' : ' primary'}" href="${link(`${home}/test`, { credential: newest?.id })}">${icon('ms')}Test the configuration</a>`;
  return html`<div class="button-row">${
    draft.isReady
      ? postButton({ action: `${home}/switch-on`, text: 'Switch on', look: 'btn primary', fields: [['id', draft.id]] })
      : ''
  }${test}</div><p class="small muted">The test signs you in at Microsoft and shows what comes back; nobody is signed in here by it. ${staysThere}</p>`;
}

const staysThere = html`If Microsoft shows an error and does not come back: <b>AADSTS50011</b> means that the redirect URI is not registered word for word, <b>700016</b> a wrong application ID, <b>90002</b> a wrong tenant ID, <b>50105</b> that you are not assigned.`;

const onCard = (
  model: SignOnConfigModel,
  on: ConfigurationShown,
) => html`<section class="card" aria-labelledby="on"><div class="padded stack">
<div class="line wrap"><h2 id="on" class="grow">What is on</h2>${state('ok', 'check', 'on')}</div>${both(on, 'on')}</div>
${credentialList(model, on)}<div class="padded stack">
${model.draft ? '' : addCredential(model.credential, on)}
${on.hasMost ? html`<p class="small muted">Two are the most: enough for one to take over from the other. End one to add a new one.</p>` : ''}
${model.draft || model.form ? '' : html`<div><a class="btn sm quiet" href="${model.home}/configure?new">Connect another application or tenant</a></div>`}</div></section>`;

const both = ({ tenantId, clientId, issuer, state: where }: ConfigurationShown, prefix: string) =>
  html`<div class="two">${toCopy(`${prefix}-tenant`, 'Directory (tenant) ID', tenantId)}${toCopy(`${prefix}-client`, 'Application (client) ID', clientId)}</div>${
    issuer.startsWith('https://login.microsoftonline.com/') ? '' : toCopy(`${where}-issuer`, 'Issuer', issuer)
  }`;

function testState({ home, now }: SignOnConfigModel, { isGood, testedAt }: ConfigurationShown): Html {
  if (isGood === null || testedAt === null) return state('', 'clock', 'not tested');
  return html`${isGood ? state('ok', 'check', 'tested') : state('bad', 'x', 'test failed')}<a class="small" href="${home}/tested">${ago(testedAt, now)}</a>`;
}

const SOON = 30 * DAY;

const credentialList = (model: SignOnConfigModel, { credentials, state: where }: ConfigurationShown): Html | '' =>
  credentials.length === 0
    ? ''
    : html`<ul class="rows" aria-label="Secrets and certificates">${credentials.map(
        (
          one,
        ) => html`<li class="padded stack"><div class="line wrap"><b class="grow">${nameOfKind(one)}</b>${stateOf(one, where, model.now)}</div>
<div class="line wrap small muted">added ${day(one.createdAt)}${one.byName ? html` by ${isolate(shown(one.byName, 60))}` : ''}${expiry(one, model.now)}</div>
${actionsOf(model, one)}</li>`,
      )}</ul>`;

function expiry({ expiresAt }: ListedCredential, now: Millis): Html {
  if (expiresAt - now > SOON) return html`<span>expires ${day(expiresAt)}</span>`;
  return html`${state('wait', 'clock', expiresAt <= now ? 'expired' : 'expires')}${ago(expiresAt, now)}`;
}

export const nameOfKind = ({ kind }: Pick<ListedCredential, 'kind'>): string =>
  kind === 'secret' ? 'Client secret' : 'Certificate';

function stateOf({ refusedAt, refusedCode, testedAt }: ListedCredential, where: SignOnRow['state'], now: Millis): Html {
  if (refusedAt !== null) {
    const number = /^\d+$/.test(refusedCode ?? '') ? ` (AADSTS${refusedCode})` : '';
    return html`<span class="line wrap">${state('bad', 'warn', `refused by Microsoft${number}`)}${ago(refusedAt, now)}</span>`;
  }
  if (testedAt === null) return state('wait', 'clock', 'not tested, not used');
  return state('ok', 'check', where === 'on' ? 'in use' : 'tested');
}

const actionsOf = ({ home }: SignOnConfigModel, one: ListedCredential): Html => html`<div class="button-row">${
  one.kind === 'certificate'
    ? html`<a class="btn sm" href="${home}/credentials/${encodeURIComponent(one.id)}/certificate" download>Download the certificate</a>`
    : ''
}<a class="btn sm" href="${link(`${home}/test`, { credential: one.id })}">Test<span class="sr"> the ${nameOfKind(one).toLowerCase()} of ${day(one.createdAt)}</span></a>
${postButton({ action: `${home}/credentials/${encodeURIComponent(one.id)}/end`, text: 'End', look: 'btn sm danger', about: `the ${nameOfKind(one).toLowerCase()}` })}</div>`;

export type Question = {
  sentences: readonly string[];
  action: string;
  fields: readonly HiddenField[];
  button: string;
  isDestructive: boolean;
  back: string;
};

/** Asked before what cannot be undone, in whichever page it stands. */
export const questionContent = (
  question: Question,
): Html => html`<div class="narrow card padded stack">${question.sentences.map((sentence) => html`<p>${shown(sentence, 500)}</p>`)}
<form class="button-row" method="post" action="${question.action}">${hiddenFields(question.fields)}
<button class="btn ${question.isDestructive ? 'danger' : 'primary'}">${question.button}</button>
<a class="btn quiet" href="${question.back}">Cancel</a></form></div>`;

/** `expires` as typed; the date is only for telling ahead. */
export type LockedModel = {
  home: string;
  tenantId: string | null;
  clientId: string | null;
  publicUrl: string;
  expires: string;
  errors: FieldError[];
  asksExpiry: boolean;
  isFresh: boolean;
};

/** Where the environment says how people sign in: to be seen, not changed. */
export const lockedContent = (model: LockedModel): Html => html`<div class="cols"><div class="aside">
<section class="card padded stack" aria-labelledby="locked"><div class="line wrap"><h2 id="locked" class="grow">Set by the environment</h2>${state('', 'key', 'locked')}</div>
<p class="small muted">By the variables DOORSTEP_OIDC_ISSUER, DOORSTEP_OIDC_CLIENT_ID and DOORSTEP_OIDC_CLIENT_SECRET of the server. They win over this page and are changed there.</p>
${toCopy('tenant', 'Tenant ID', model.tenantId ?? 'not set')}${toCopy('client', 'Client ID', model.clientId ?? 'not set')}</section>
${model.asksExpiry ? expiryOfEnvironment(model) : ''}</div><div class="aside">${azureSteps(model)}</div></div>`;

const expiryOfEnvironment = ({
  home,
  expires,
  errors,
  isFresh,
}: LockedModel) => html`<section class="card padded stack" aria-labelledby="ends">
<div><h2 id="ends">When the client secret expires</h2><p class="small muted">The variables do not say it. Note the day that Azure shows, and administrators are told ahead.</p></div>
${isFresh ? '' : freshHint}${errorSummary(errors, { expires: 'Expires on' })}
<form class="stack" method="post" action="${home}/environment-secret">${textField({
  ...{ name: 'expires', label: 'Expires on', type: 'date', value: expires, errors, isOptional: true },
  hint: 'Empty: nobody is told.',
})}<div><button class="btn">Note the date</button></div></form></section>`;

/** What a stored test says; null where there is none that this version can read. */
export function readTest(text: string | null): SignOnTest | null {
  if (text === null) return null;
  try {
    const test = JSON.parse(text) as SignOnTest;
    return (test.outcome === 'good' || test.outcome === 'failed') && typeof test.claims === 'object' ? test : null;
  } catch {
    return null;
  }
}
