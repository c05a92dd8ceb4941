import { type Millis, SECOND } from '@doorstep/shared/time';
import { base64url, importJWK } from 'jose';
import { fetchBounded, isObject, readJsonObject } from './bounded-fetch.ts';
import type { Port } from './discovery.ts';
import { createLastKnownGood, type Held, type Loaded } from './last-known-good.ts';
import { detailLine } from './plain-line.ts';

export type KeyAnswer =
  | { outcome: 'key'; key: CryptoKey }
  | { outcome: 'no-key'; detail: string }
  | { outcome: 'unreachable'; detail: string };
export type KeySet = { find: (kid: string | undefined) => Promise<KeyAnswer> };

type ProviderKey = { kid: string | null; key: CryptoKey };
type HeldKeys = Held<ProviderKey[], 'unreachable'>;

const TIME_LIMIT = 5 * SECOND;
/** After a fetch that did not bring the key asked for, the next one for an unknown key waits as long. */
const COOL_DOWN = 30 * SECOND;

/**
 * The provider's keys for RS256, by `kid`. An unknown `kid` is asked for at once, so that rotated keys work immediately,
 * also twice in a row (OP-17); only fetches in vain start the cool-down, so that made-up ones cost one fetch each (ENT-26).
 */
export function createKeySet(
  where: () => Promise<{ jwksUri: string } | { problem: string }>,
  issuer: string,
  { fetch, now }: Port,
): KeySet {
  const keys = createLastKnownGood(() => load(where, issuer, fetch), now);
  let quietUntil: Millis = Number.NEGATIVE_INFINITY;

  async function find(kid: string | undefined): Promise<KeyAnswer> {
    const asked = keys.flights();
    let held = await keys.current();
    if ('problem' in held) return { outcome: 'unreachable', detail: held.detail };
    const known = pick(held.value, kid);
    if (known || kid === undefined || now() < quietUntil) return known ?? noKey(held.value, kid);
    if (held.flight <= asked) held = await refetchAfter(asked);
    return ('value' in held && pick(held.value, kid)) || inVain(held, kid);
  }

  /** Only a fetch begun after the question can say that there is no such key, not one that was under way. */
  async function refetchAfter(asked: number): Promise<HeldKeys> {
    const fetched = await keys.refetch();
    return 'value' in fetched && fetched.flight <= asked ? await keys.refetch() : fetched;
  }

  function inVain(held: HeldKeys, kid: string): KeyAnswer {
    quietUntil = now() + COOL_DOWN;
    return 'value' in held ? noKey(held.value, kid) : { outcome: 'unreachable', detail: held.detail };
  }

  return { find };
}

/** A token without `kid` is checked with the only key there is; of two keys with one `kid` none is taken (openid.md 4.1). */
function pick(keys: ProviderKey[], kid: string | undefined): KeyAnswer | null {
  const fitting = kid === undefined ? keys : keys.filter((candidate) => candidate.kid === kid);
  if (fitting.length === 0) return null;
  return fitting.length === 1 ? { outcome: 'key', key: fitting[0]!.key } : noKey(fitting, kid);
}

function noKey(keys: ProviderKey[], kid: string | undefined): KeyAnswer {
  if (kid === undefined) return { outcome: 'no-key', detail: `the token names no key and the provider has ${keys.length}` };
  const several = keys.filter((candidate) => candidate.kid === kid).length > 1;
  return { outcome: 'no-key', detail: detailLine(`${several ? 'several keys have' : 'no key has'} the kid ${kid}`) };
}

async function load(
  where: () => Promise<{ jwksUri: string } | { problem: string }>,
  issuer: string,
  fetch: Port['fetch'],
): Promise<Loaded<ProviderKey[], 'unreachable'>> {
  const place = await where();
  if ('problem' in place) return unreachable(place.problem);
  const answer = await fetchBounded(fetch, place.jwksUri, { headers: { accept: 'application/json' } }, TIME_LIMIT);
  if ('problem' in answer) return unreachable(answer.problem);
  if (answer.status !== 200) return unreachable(`the key set was answered with status ${answer.status}`);
  const entries = readJsonObject(answer.text)?.keys;
  if (!Array.isArray(entries)) return unreachable('the key set is not one');
  const keys = (await Promise.all(entries.map((entry) => readKey(entry, issuer)))).filter((key) => key !== null);
  return keys.length > 0 ? { value: keys } : unreachable('the key set has no key that can be used');
}

/** RFC 7517, section 5: entries that are not understood, or are not for us, are passed over (OP-18). */
async function readKey(entry: unknown, issuer: string): Promise<ProviderKey | null> {
  if (!isObject(entry) || !isForSigning(entry) || !isOfIssuer(entry.issuer, issuer)) return null;
  if (entry.kid !== undefined && typeof entry.kid !== 'string') return null;
  try {
    if (!isSoundRsa(entry)) return null;
    const key = await importJWK({ kty: 'RSA', n: entry.n as string, e: entry.e as string }, 'RS256');
    return { kid: entry.kid ?? null, key: key as CryptoKey };
  } catch {
    return null;
  }
}

function isForSigning({ use, alg, key_ops: operations }: Record<string, unknown>): boolean {
  if (use !== undefined && use !== 'sig') return false;
  if (alg !== undefined && alg !== 'RS256') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

const MIN_MODULUS_BYTES = 256;
const MAX_MODULUS_BYTES = 1024;
const PRIVATE_PARTS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];

/** 2048 to 8192 bits and the usual exponent (with 1 every signature would be right); a private key is nobody's any more. */
function isSoundRsa(entry: Record<string, unknown>): boolean {
  if (entry.kty !== 'RSA' || entry.e !== 'AQAB' || typeof entry.n !== 'string') return false;
  if (PRIVATE_PARTS.some((part) => part in entry)) return false;
  const modulus = base64url.decode(entry.n);
  const length =
    modulus.length -
    Math.max(
      0,
      modulus.findIndex((byte) => byte !== 0),
    );
  return length >= MIN_MODULUS_BYTES && length <= MAX_MODULUS_BYTES;
}

/** Entra's shared key documents say whose key it is (ENT-27); `{tenantid}` there stands for every tenant. */
function isOfIssuer(named: unknown, issuer: string): boolean {
  if (named === undefined || named === issuer) return true;
  return typeof named === 'string' && issuer === named.replace('{tenantid}', issuer.split('/').at(-2) ?? '');
}

const unreachable = (detail: string) => ({ problem: 'unreachable' as const, detail });
