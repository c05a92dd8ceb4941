import { constants, createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TenantState } from './tenant-state.ts';

/** What the application may prove itself by, as an app registration lists it: several at once, each can be taken away. */
export interface ClientProofs {
  /** By value. */
  readonly secrets: Map<string, 'good' | 'expired'>;
  /** By the base64url SHA-256 of the DER (`x5t#S256`). */
  readonly certificates: Map<string, KeyObject>;
  /** `jti` of assertions that were taken. */
  readonly spent: Set<string>;
}

export const newProofs = (secret: string): ClientProofs => ({
  secrets: new Map([[secret, 'good']]),
  certificates: new Map(),
  spent: new Set(),
});

/** Takes a certificate as PEM, as the portal's upload does, and names it by its thumbprint. */
export function addCertificate({ certificates }: ClientProofs, pem: string): string {
  const certificate = new X509Certificate(pem);
  const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  certificates.set(thumbprint, createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' })));
  return thumbprint;
}

export type ProofRefusal = { status: number; error: string; code: number };

/**
 * Looks at the application's proof before the provider does, which knows one secret only. What is good is put as that secret into the
 * request; what is of another client, or none at all, is left to the provider. The form is changed in place.
 */
export function checkProof(req: IncomingMessage, form: URLSearchParams, state: TenantState): ProofRefusal | null {
  if (form.has('client_assertion')) return checkAssertion(req, form, state);
  const [id, secret] = basicOf(req) ?? [form.get('client_id'), form.get('client_secret')];
  if (id !== state.clientId || secret === undefined || secret === null) return null;
  const known = state.proofs.secrets.get(secret);
  if (known === undefined) return refused(7000215);
  if (known === 'expired') return refused(7000222);
  if (form.has('client_secret')) form.set('client_secret', state.providerSecret);
  else present(req, state);
  return null;
}

const refused = (code: number, status = 401): ProofRefusal => ({ status, error: 'invalid_client', code });

/** RFC 6749, 2.3.1 */
function present(req: IncomingMessage, { clientId, providerSecret }: TenantState): void {
  const encoded = [clientId, providerSecret].map((text) => new URLSearchParams({ a: text }).toString().slice(2)).join(':');
  req.headers.authorization = `Basic ${Buffer.from(encoded).toString('base64')}`;
}

function basicOf(req: IncomingMessage): [id: string, secret: string] | null {
  const basic = /^Basic (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
  if (basic === undefined) return null;
  const [id = '', secret = '', ...more] = Buffer.from(basic, 'base64').toString().split(':');
  return more.length > 0 ? [formDecoded(id), ''] : [formDecoded(id), formDecoded(secret)];
}

/** Strictly: what is not form-encoded as RFC 6749, 2.3.1, demands is no secret that anybody has. */
const formDecoded = (text: string): string =>
  /^(?:[\w.~*-]|\+|%[0-9A-Fa-f]{2})*$/.test(text) ? (new URLSearchParams(`a=${text}`).get('a') ?? '') : '';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const LONGEST_LIFE_S = 600;

/** Entra's certificate credentials (entra.md 1.10): everything that it demands, and nothing beside the assertion. */
function checkAssertion(req: IncomingMessage, form: URLSearchParams, state: TenantState): ProofRefusal | null {
  if (form.get('client_assertion_type') !== JWT_BEARER) return refused(900144, 400);
  if (req.headers.authorization !== undefined || form.has('client_secret')) return refused(900144, 400);
  const parts = (form.get('client_assertion') ?? '').split('.');
  const [header, claims] = parts.slice(0, 2).map(decoded);
  if (parts.length !== 3 || !header || !claims) return refused(50027);
  const key = state.proofs.certificates.get(String(header['x5t#S256']));
  if (header.alg !== 'PS256' || header.typ !== 'JWT') return refused(50027);
  if (!key || !isSigned(parts, key)) return refused(700027);
  const problem = problemOfClaims(claims, state);
  if (problem !== null) return refused(problem);
  state.proofs.spent.add(String(claims.jti));
  form.delete('client_assertion');
  form.delete('client_assertion_type');
  present(req, state);
  return null;
}

function problemOfClaims({ aud, iss, sub, jti, exp, nbf, iat }: Record<string, unknown>, state: TenantState): number | null {
  const now = state.now() / 1000;
  if (aud !== `${state.origin}/${state.tenantId}/oauth2/v2.0/token`) return 700024;
  if (iss !== state.clientId || sub !== state.clientId) return 700021;
  if (typeof exp !== 'number' || typeof nbf !== 'number' || typeof iat !== 'number') return 50027;
  if (exp <= now || nbf > now + 1 || exp - nbf > LONGEST_LIFE_S) return 700024;
  return typeof jti !== 'string' || jti === '' || state.proofs.spent.has(jti) ? 50027 : null;
}

function isSigned([header, claims, signature]: string[], key: KeyObject): boolean {
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return verify('sha256', Buffer.from(`${header}.${claims}`), pss, Buffer.from(signature ?? '', 'base64url'));
}

function decoded(part: string): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return null;
  }
}
