import { MINUTE } from '@doorstep/shared/time';
import { Hono } from 'hono';
import {
  addCredential,
  discard,
  endOneCredential,
  type GivenCredential,
  type SignOnActor,
  saveDraft,
} from '../../../actions/sign-on-config.ts';
import { makeCertificate, readCertificate } from '../../../identity/certificate.ts';
import { seal, unseal } from '../../../identity/sealed.ts';
import { findCredential } from '../../../store/client-credential.ts';
import { noteEnvironmentSecret } from '../../../store/environment-secret.ts';
import { newId } from '../../../store/new-id.ts';
import { findSignOnConfig, type ListedCredential, type SignOnConfig } from '../../../store/sign-on-config.ts';
import type { Ctx, Env } from '../../env.ts';
import { recordRefused } from '../../record-refused.ts';
import type { DoneCode } from '../../views/notice.ts';
import { nameOfKind } from '../../views/sign-on-config.ts';
import { link } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { conflictPage } from './admin-page.ts';
import { readLastDay } from './day-field.ts';
import type { SignOnPlace } from './sign-on-place.ts';
import { showConfiguration, showLocked, type Typed } from './sign-on-shown.ts';
import { ask, signOnSwitch } from './sign-on-switch.ts';
import { signOnTest } from './sign-on-test.ts';
import { readDraft, readSecret } from './sign-on-typed.ts';

type Fields = Awaited<ReturnType<typeof readForm>>;

/**
 * Connecting the identity provider, mounted at `place.home`: the draft, its credentials, the test, switching on. Where the environment says how
 * people sign in there is nothing to change but the noted end of its secret.
 */
export const signOnConfig = (place: SignOnPlace): Hono<Env> =>
  new Hono<Env>()
    .get('/configure', (c) => (c.var.deps.isSetByEnvironment.signOn ? showLocked(c, place) : showConfiguration(c, place)))
    .post('/environment-secret', (c) => noteExpiry(c, place))
    .use(async (c, next) => (c.var.deps.isSetByEnvironment.signOn && isOurs(c, place) ? locked(c, place) : next()))
    .post('/draft', (c) => draft(c, place))
    .post('/credentials', (c) => credential(c, place))
    .post('/credentials/:id/end', (c) => end(c, place))
    .get('/credentials/:id/certificate', certificateFile)
    .post('/discard', async (c) => {
      const fresh = await place.freshFirst(c, { what: 'discard the draft', action: `${place.home}/discard`, fields: [] });
      if (fresh) return fresh;
      await discard(c.var.deps, actorOf(c, place));
      return done(c, place, 'sign-on-discarded');
    })
    .route('/', signOnTest(place))
    .route('/', signOnSwitch(place));

/** Other pages live below the same path: only these are closed by the environment. */
const isOurs = (c: Ctx, { home }: SignOnPlace): boolean =>
  /^\/(draft|credentials|discard|test|tested|switch-on)(\/|$)/.test(c.req.path.slice(home.length));

export const actorOf = (c: Ctx, { by }: SignOnPlace): SignOnActor => ({ by: by(c), now: c.var.now, trace: c.var.trace });

const done = (c: Ctx, { home }: SignOnPlace, code: DoneCode): Response => c.redirect(`${home}/configure?done=${code}`, 303);

async function locked(c: Ctx, place: SignOnPlace): Promise<Response> {
  await refused(c, place, 'set-by-environment');
  const exit = { href: `${place.home}/configure`, text: 'See what is set' };
  return conflictPage(
    c,
    'The environment decides',
    'Single sign-on is set by variables of the server, which win over this page.',
    exit,
  );
}

const refused = (c: Ctx, place: SignOnPlace, because: string, about: string | null = null) =>
  recordRefused(c, 'write.refused', { by: place.by(c), about, facts: { because, path: c.req.routePath } });

/** Whoever lost the office, or finished the set-up, in the same moment. */
const noOffice = async (c: Ctx, place: SignOnPlace): Promise<Response> => {
  await refused(c, place, 'no-administrator-any-more');
  const sentence = 'In the same moment you lost the right to do it, so nothing was changed.';
  return conflictPage(c, 'Nothing was changed', sentence, { href: '/welcome', text: 'Go to your page' });
};

const KEPT = 'typed credential';
/** What must not be shown again waits on the page sealed: while somebody signs in once more, or corrects another field. */
const keep = (c: Ctx, text: string): Promise<string> | null =>
  text === '' ? null : seal(c.var.deps.keys, KEPT, { text }, c.var.now + 30 * MINUTE);
const given = async (c: Ctx, form: Fields, field: 'secret' | 'pem'): Promise<string> => {
  const typed = (form.get(field) ?? '').trim();
  const kept = form.get('kept');
  if (typed !== '' || !kept) return typed;
  return (await unseal<{ text: string }>(c.var.deps.keys, KEPT, kept, c.var.now))?.text ?? '';
};

async function draft(c: Ctx, place: SignOnPlace): Promise<Response> {
  const { deps, now } = c.var;
  const form = await readForm(c);
  const config = await findSignOnConfig(deps.store);
  const typed = { tenant: form.get('tenant') ?? '', clientId: form.get('clientId') ?? '', expires: form.get('expires') ?? '' };
  const secret = config.draft ? '' : await given(c, form, 'secret');
  const kept = await keep(c, secret);
  const read = readDraft(typed);
  const credential = secret === '' ? null : readSecret({ secret, expires: typed.expires }, now);
  const errors = [
    ...('errors' in read ? read.errors : isOn(config, read) ? [sameAsOn] : []),
    ...(credential && 'errors' in credential ? credential.errors : []),
  ];
  if (errors.length > 0 || 'errors' in read || (credential && 'errors' in credential)) {
    return showConfiguration(c, place, { form: 'draft', ...typed, kept: isWrong(errors, 'secret') ? null : kept, errors });
  }
  const fields = [...Object.entries(typed), ...(kept ? [['kept', kept] as [string, string]] : [])];
  const fresh = await place.freshFirst(c, { what: 'change single sign-on', action: `${place.home}/draft`, fields });
  if (fresh) return fresh;
  const saved = await saveDraft(deps, read, actorOf(c, place));
  if (!saved) return noOffice(c, place);
  if (credential && !(await addCredential(deps, saved.id, { kind: 'secret', ...credential }, actorOf(c, place))))
    return tooMany(c, place);
  return done(c, place, 'sign-on-saved');
}

const isWrong = (errors: { pointer: string }[], field: string): boolean => errors.some(({ pointer }) => pointer === `#/${field}`);
const isOn = ({ on }: SignOnConfig, typed: { tenantId: string; clientId: string }): boolean =>
  on?.tenantId === typed.tenantId && on.clientId === typed.clientId;
const sameAsOn = {
  pointer: '#/clientId',
  detail: 'This application is on already. To change its secret, add a new one to it instead.',
};

async function credential(c: Ctx, place: SignOnPlace): Promise<Response> {
  const { deps } = c.var;
  const form = await readForm(c);
  const config = await findSignOnConfig(deps.store);
  const target = config.draft ?? config.on;
  if (!target) return errorPageOf(c, 'not-found');
  const kind = form.get('kind');
  const read = kind === 'secret' ? await typedSecret(c, form) : kind === 'certificate' ? await typedCertificate(c, form) : 'make';
  if (read !== 'make' && 'errors' in read) return showConfiguration(c, place, read);
  const text = read === 'make' ? '' : read.kind === 'secret' ? read.secret : `${read.privateKey}${read.certificate}`;
  const kept = await keep(c, text);
  const fields: [string, string][] = [
    ['kind', kind ?? 'make'],
    ['expires', form.get('expires') ?? ''],
  ];
  const fresh = await place.freshFirst(c, {
    ...{ what: 'add a client secret or certificate', action: `${place.home}/credentials` },
    fields: kept ? [...fields, ['kept', kept]] : fields,
  });
  if (fresh) return fresh;
  const made = read === 'make' ? { kind: 'certificate' as const, ...(await makeCertificate('Doorstep', c.var.now)) } : read;
  return (await addCredential(deps, target.id, made, actorOf(c, place))) ? done(c, place, 'credential-added') : tooMany(c, place);
}

async function typedSecret(c: Ctx, form: Fields): Promise<GivenCredential | Typed> {
  const secret = await given(c, form, 'secret');
  const expires = form.get('expires') ?? '';
  const read = readSecret({ secret, expires }, c.var.now);
  if (!('errors' in read)) return { kind: 'secret', ...read };
  return { form: 'secret', expires, kept: isWrong(read.errors, 'secret') ? null : await keep(c, secret), errors: read.errors };
}

async function typedCertificate(c: Ctx, form: Fields): Promise<GivenCredential | Typed> {
  const read = await readCertificate(await given(c, form, 'pem'), c.var.now);
  if (!('problem' in read)) return { kind: 'certificate', ...read };
  return { form: 'certificate', errors: [{ pointer: '#/pem', detail: read.problem }] };
}

async function tooMany(c: Ctx, place: SignOnPlace): Promise<Response> {
  await refused(c, place, 'two-credentials');
  const sentence = 'Two secrets or certificates work already. End one of them first.';
  return conflictPage(c, 'Nothing was added', sentence, { href: `${place.home}/configure`, text: 'See them' });
}

async function end(c: Ctx, place: SignOnPlace): Promise<Response> {
  const { deps } = c.var;
  const config = await findSignOnConfig(deps.store);
  const one = config.credentials.find(({ id }) => id === c.req.param('id'));
  if (!one) return errorPageOf(c, 'not-found');
  const action = `${place.home}/credentials/${one.id}/end`;
  const fresh = await place.freshFirst(c, { what: 'end a client secret or certificate', action, fields: [] });
  if (fresh) return fresh;
  if ((await readForm(c)).get('confirmed') !== 'yes') return askBeforeEnd(c, place, one, action);
  if (await endOneCredential(deps, one.id, actorOf(c, place))) return done(c, place, 'credential-ended');
  await refused(c, place, 'last-credential', one.id);
  const sentence = 'People sign in with it, and nothing else has been tested. Add another one and test it first.';
  return conflictPage(c, 'It was not ended', sentence, {
    href: `${place.home}/configure`,
    text: 'See the secrets and certificates',
  });
}

const askBeforeEnd = (c: Ctx, place: SignOnPlace, one: ListedCredential, action: string): Promise<Response> =>
  ask(c, place, `End the ${nameOfKind(one).toLowerCase()}?`, {
    sentences: ['It is not used any more, for good. Delete it in Azure as well.'],
    ...{ action, fields: [['confirmed', 'yes']], button: `End the ${nameOfKind(one).toLowerCase()}`, isDestructive: true },
    back: `${place.home}/configure`,
  });

/** The public half, as a file for Azure. */
async function certificateFile(c: Ctx): Promise<Response> {
  const stored = await findCredential(c.var.deps.store, c.req.param('id') ?? '');
  if (!stored?.certificate) return errorPageOf(c, 'not-found');
  c.header('Content-Disposition', `attachment; filename="doorstep-${stored.thumbprint?.slice(0, 8).replace(/[^\w]/g, 'x')}.cer"`);
  return c.body(stored.certificate, 200, { 'Content-Type': 'application/x-x509-ca-cert' });
}

async function noteExpiry(c: Ctx, place: SignOnPlace): Promise<Response> {
  const { deps, now } = c.var;
  if (!deps.isSetByEnvironment.signOn || place.by(c) === null) return errorPageOf(c, 'not-found');
  const expires = (await readForm(c)).get('expires') ?? '';
  const read = readLastDay(expires, now);
  if ('problem' in read) return showLocked(c, place, { expires, errors: [{ pointer: '#/expires', detail: read.problem }] });
  const action = `${place.home}/environment-secret`;
  const fresh = await place.freshFirst(c, {
    what: 'note when the client secret expires',
    action,
    fields: [['expires', expires]],
  });
  if (fresh) return fresh;
  const isNoted = await noteEnvironmentSecret(deps.store, { ...actorOf(c, place), expiresAt: read.at, auditId: newId('aud') });
  return isNoted ? c.redirect(link(`${place.home}/configure`, { done: 'environment-expiry-noted' }), 303) : noOffice(c, place);
}
