import type { FieldError } from '@doorstep/shared/problem';
import { MOST_CREDENTIALS } from '../../../store/client-credential.ts';
import { environmentSecretExpiresAt } from '../../../store/environment-secret.ts';
import { credentialsOf, findSignOnConfig, type SignOnConfig, type SignOnRow } from '../../../store/sign-on-config.ts';
import type { Ctx } from '../../env.ts';
import { type ConfigurationShown, lockedContent, readTest, signOnConfigContent } from '../../views/sign-on-config.ts';
import { dateFieldValue } from '../../views/time.ts';
import { page } from '../page.ts';
import { isFreshlySignedIn } from './fresh-sign-in.ts';
import type { SignOnPlace } from './sign-on-place.ts';
import { suggestedExpiry } from './sign-on-typed.ts';

/** What was typed and what is wrong with it: of the first form, or of one that adds a credential. */
export type Typed = { tenant?: string; clientId?: string; expires?: string; kept?: string | null; errors: FieldError[] } & {
  form: 'draft' | 'secret' | 'certificate';
};

const TITLE = 'Connect Microsoft Entra';

/** `{home}/configure`, with what was typed where something was wrong with it. */
export async function showConfiguration(c: Ctx, place: SignOnPlace, typed: Typed | null = null): Promise<Response> {
  const { deps, now } = c.var;
  const config = await findSignOnConfig(deps.store);
  const asksAnother = config.on === null || config.draft !== null || typed?.form === 'draft' || c.req.query('new') !== undefined;
  const content = signOnConfigContent({
    ...{ home: place.home, now, publicUrl: deps.publicUrl, isFresh: isFreshEnough(c, place) },
    draft: shownOf(config, config.draft, now),
    on: shownOf(config, config.on, now),
    form: asksAnother ? draftForm(place, config, typed, suggestedExpiry(now)) : null,
    credential: config.draft || (config.on && !asksAnother) ? credentialForm(place, typed, suggestedExpiry(now)) : null,
  });
  return page(c, await place.frame(c, TITLE, content), typed ? 422 : 200);
}

const isFreshEnough = (c: Ctx, place: SignOnPlace): boolean => place.by(c) === null || isFreshlySignedIn(c);

function draftForm({ home }: SignOnPlace, { draft }: SignOnConfig, typed: Typed | null, suggested: string) {
  const isTyped = typed?.form === 'draft';
  return {
    action: `${home}/draft`,
    typed: {
      tenant: (isTyped ? typed.tenant : tenantAsTyped(draft)) ?? '',
      clientId: (isTyped ? typed.clientId : draft?.clientId) ?? '',
      expires: (isTyped ? typed.expires : undefined) ?? suggested,
      kept: (isTyped ? typed.kept : null) ?? null,
    },
    errors: isTyped ? typed.errors : [],
    asksCredential: draft === null,
    button: draft === null ? 'Save the draft' : 'Save the IDs',
  };
}

const tenantAsTyped = (draft: SignOnRow | null): string | undefined =>
  draft?.issuer.startsWith('https://login.microsoftonline.com/') ? draft.tenantId : draft?.issuer;

function credentialForm({ home }: SignOnPlace, typed: Typed | null, suggested: string) {
  const failed = typed === null || typed.form === 'draft' ? null : typed.form;
  return {
    action: `${home}/credentials`,
    typed: { expires: (failed && typed?.expires) || suggested, kept: (failed === 'secret' && typed?.kept) || null },
    errors: failed ? (typed?.errors ?? []) : [],
    failed,
  };
}

function shownOf(config: SignOnConfig, row: SignOnRow | null, now: number): ConfigurationShown | null {
  if (!row) return null;
  const { id, issuer, tenantId, clientId, testedAt, state } = row;
  const credentials = credentialsOf(config, row);
  const test = readTest(row.test);
  return {
    ...{ id, issuer, tenantId, clientId, testedAt, state, credentials },
    isGood: test && test.outcome === 'good',
    isReady: state === 'draft' && isReady(config, row, now),
    hasMost: credentials.filter(({ expiresAt }) => expiresAt > now).length >= MOST_CREDENTIALS,
  };
}

/** Tested well as it is, with a credential that counts still; the statement that switches it on decides (store/sign-on-config.ts). */
export const isReady = (config: SignOnConfig, row: SignOnRow, now: number): boolean =>
  readTest(row.test)?.outcome === 'good' &&
  credentialsOf(config, row).some((one) => one.id === row.testedCredentialId && one.testedAt !== null && one.expiresAt > now);

/** The same page where the environment rules: `expires` as it was typed where something is wrong with it. */
export async function showLocked(c: Ctx, place: SignOnPlace, typed: { expires: string; errors: FieldError[] } | null = null) {
  const { deps } = c.var;
  const content = lockedContent({
    ...{ home: place.home, tenantId: deps.tenantId, clientId: deps.clientId, publicUrl: deps.publicUrl },
    expires: typed?.expires ?? dateFieldValue(await environmentSecretExpiresAt(deps.store)),
    errors: typed?.errors ?? [],
    asksExpiry: place.by(c) !== null,
    isFresh: isFreshEnough(c, place),
  });
  return page(c, await place.frame(c, TITLE, content), typed ? 422 : 200);
}
