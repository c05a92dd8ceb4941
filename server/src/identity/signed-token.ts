import { base64url, compactVerify } from 'jose';
import { readJsonObject } from './bounded-fetch.ts';
import type { KeySet } from './key-set.ts';
import { refuse, type SignInRefusal } from './sign-in-result.ts';

export const invalid = (problem: string): SignInRefusal => refuse('token-not-valid', `ID token: ${problem}`);

/** Three parts of base64url and nothing else: no JWE, no JSON serialisation, no empty signature. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;
const MAX_TOKEN_LENGTH = 65_536;
const MAX_KID_LENGTH = 256;
/** Keys and rules that a token brings along are never used; Entra sends none, so one that does is refused. */
const FORBIDDEN_IN_HEADER = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c', 'zip', 'enc', 'cty'];

/** The content of a token that the provider has signed, or why it is none. No claim is looked at. */
export async function readSigned(token: string, keySet: KeySet): Promise<{ content: Record<string, unknown> } | SignInRefusal> {
  const parts = token.length <= MAX_TOKEN_LENGTH ? COMPACT.exec(token) : null;
  if (!parts || !isCanonical(parts[3]!)) return invalid('not a signed token in compact form');
  const header = readPart(parts[1]!);
  const problem = header ? problemOfHeader(header) : 'the header is no JSON object';
  if (!header || problem !== null) return invalid(problem!);
  const found = await keySet.find(header.kid as string | undefined);
  if (found.outcome === 'unreachable') return refuse('provider-unreachable', `key set: ${found.detail}`);
  if (found.outcome === 'no-key') return invalid(found.detail);
  if (!(await isSignedWith(token, found.key))) return invalid('the signature is wrong');
  const content = readPart(parts[2]!);
  return content ? { content } : invalid('the content is no JSON object');
}

function problemOfHeader(header: Record<string, unknown>): string | null {
  if (header.alg !== 'RS256') return 'alg is not RS256';
  const forbidden = FORBIDDEN_IN_HEADER.find((name) => name in header);
  if (forbidden !== undefined) return `the header has ${forbidden}`;
  if (header.typ !== undefined && header.typ !== 'JWT') return 'typ is not JWT'; // at+jwt, logout+jwt: for other purposes
  if (header.kid === undefined) return null;
  const isKid = typeof header.kid === 'string' && header.kid !== '' && header.kid.length <= MAX_KID_LENGTH;
  return isKid ? null : 'kid is not a short text';
}

async function isSignedWith(token: string, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: ['RS256'] });
    return true;
  } catch {
    return false;
  }
}

/** The last character of a signature has bits that mean nothing; a token with some of them set is not the one that was made. */
function isCanonical(part: string): boolean {
  try {
    return base64url.encode(base64url.decode(part)) === part;
  } catch {
    return false;
  }
}

function readPart(part: string): Record<string, unknown> | null {
  try {
    return readJsonObject(new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(part)));
  } catch {
    return null;
  }
}
