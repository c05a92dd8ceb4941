import type { FieldError } from '@doorstep/shared/problem';
import { DAY, type Millis } from '@doorstep/shared/time';
import { tenantOf } from '../../../identity/discovery.ts';
import { isIssuer } from '../../../identity/web-url.ts';
import type { DraftTyped } from '../../../store/sign-on-config.ts';
import { CONTROL } from '../../control-characters.ts';
import { dateFieldValue } from '../../views/time.ts';
import { readLastDay } from './day-field.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isGuid = (text: string): boolean => GUID.test(text);
const MICROSOFT = 'https://login.microsoftonline.com';
const MOST_CHARACTERS = { clientId: 200, secret: 1000 };
/** What Azure suggests when a secret is made. */
const SUGGESTED_LIFE = 180 * DAY;

export const suggestedExpiry = (now: Millis): string => dateFieldValue(now + SUGGESTED_LIFE);

type Problems = { errors: FieldError[] };
const problem = (field: string, detail: string): FieldError => ({ pointer: `#/${field}`, detail });

/** Tenant and application out of what was pasted. What people paste by mistake is told by its name. */
export function readDraft(typed: { tenant: string; clientId: string }): DraftTyped | Problems {
  const issuer = readIssuer(typed.tenant);
  const clientId = typed.clientId.trim();
  const clientProblem = problemOfClientId(clientId, issuer.ok ? tenantOf(issuer.value) : null);
  const errors = [
    ...(issuer.ok ? [] : [problem('tenant', issuer.detail)]),
    ...(clientProblem === null ? [] : [problem('clientId', clientProblem)]),
  ];
  if (errors.length > 0 || !issuer.ok) return { errors };
  return {
    issuer: issuer.value,
    tenantId: tenantOf(issuer.value) ?? '',
    clientId: isGuid(clientId) ? clientId.toLowerCase() : clientId,
  };
}

type Read = { ok: true; value: string } | { ok: false; detail: string };
const no = (detail: string): Read => ({ ok: false, detail });

function readIssuer(typed: string): Read {
  const text = typed
    .trim()
    .replace(/\/\.well-known\/openid-configuration$/i, '')
    .replace(/\/+$/, '');
  if (text === '') return no('Please paste the Directory (tenant) ID from the application’s Overview page.');
  if (isGuid(text)) return { ok: true, value: `${MICROSOFT}/${text.toLowerCase()}/v2.0` };
  return text.includes('://') ? readUrl(text) : no(whatWasTyped(text));
}

function readUrl(text: string): Read {
  const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0];
  if (/\/\/sts\./i.test(text) && guid) {
    return no(`That is the older issuer (version 1). Paste the tenant ID alone: ${guid}`);
  }
  if (/\/(common|organizations|consumers)(\/|$)/i.test(text)) return no(NOT_ONE_TENANT);
  const isGood = isIssuer(text);
  if (isGood && !CONTROL.test(text)) return { ok: true, value: text };
  if (/^http:/i.test(text) && tenantOf(text) !== null) return no('must begin with https');
  if (guid && tenantOf(text) === null) return no(`must end in /v2.0. Paste the tenant ID alone: ${guid}`);
  return no(`must be a tenant ID, or an issuer like ${MICROSOFT}/{tenant ID}/v2.0`);
}

const NOT_ONE_TENANT =
  'That lets in every organization of Microsoft. Your own one is named by its Directory (tenant) ID, from the application’s Overview page.';

function whatWasTyped(text: string): string {
  if (/^(common|organizations|consumers)$/i.test(text)) return NOT_ONE_TENANT;
  if (/^[^\s@]*@?[\w-]+(\.[\w-]+)+$/.test(text)) {
    return 'That is a domain. Please paste the Directory (tenant) ID, which stands on the application’s Overview page and looks like 3f0d7b62-5a94-4c1e-8e27-90b1c4d6a815.';
  }
  return 'must look like 3f0d7b62-5a94-4c1e-8e27-90b1c4d6a815, as on the application’s Overview page';
}

/** In Entra it is a GUID; other providers name applications as they like. */
function problemOfClientId(clientId: string, tenantId: string | null): string | null {
  if (clientId === '') return 'Please paste the Application (client) ID from the same page.';
  if (clientId.length > MOST_CHARACTERS.clientId || !isOnePiece(clientId)) return 'must have 1 to 200 characters without spaces';
  if (clientId.toLowerCase() === tenantId)
    return 'That is the tenant ID once more. The Application (client) ID stands one line above it.';
  return null;
}

const isOnePiece = (text: string): boolean => text.isWellFormed() && !CONTROL.test(text) && !/\s/.test(text);

export type SecretTyped = { secret: string; expires: string };

/** A client secret with its last day; everything that can be seen to be wrong without asking Microsoft is said. */
export function readSecret(typed: SecretTyped, now: Millis): { secret: string; expiresAt: Millis } | Problems {
  const secret = typed.secret.trim();
  const end = readLastDay(typed.expires, now);
  const secretProblem = problemOfSecret(secret);
  const endProblem =
    'problem' in end ? end.problem : end.at === null ? 'Please type the day that Azure shows under Expires.' : null;
  if (secretProblem === null && 'at' in end && end.at !== null) return { secret, expiresAt: end.at };
  return {
    errors: [
      ...(secretProblem === null ? [] : [problem('secret', secretProblem)]),
      ...(endProblem === null ? [] : [problem('expires', endProblem)]),
    ],
  };
}

function problemOfSecret(secret: string): string | null {
  if (secret === '') return 'Please paste the Value of the client secret.';
  if (isGuid(secret))
    return 'That is the Secret ID. Please copy what stands under Value; Azure shows it only right after the secret was made.';
  if (/^\*+$|^[^*]{3}\*{5,}$/.test(secret))
    return 'That is the hidden form. Azure shows the Value only right after the secret was made: make a new one.';
  if (secret.length > MOST_CHARACTERS.secret || !isOnePiece(secret)) return 'must have 1 to 1000 characters without spaces';
  return null;
}
