import { foldAddress, isAddress } from '@doorstep/shared/email-address';
import * as v from 'valibot';
import { readObjectId } from '../domain/directory-id.ts';
import { plainLine } from '../identity/plain-line.ts';
import type { AddressSource } from '../store/directory-schema.ts';

/** What Graph says of one property: absent (not changed), null (cleared) or a value. What is no such value counts as not said. */
export const maybe = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.optional(v.nullable(schema)), undefined);

export const objectId = v.pipe(v.unknown(), v.transform(readObjectId), v.string());
export const removal = v.optional(v.pipe(v.unknown(), v.transform(reasonOf)));

export type Removal = 'removed' | 'deleted';

/** `changed`: may be restored for 30 days; anything unknown is the milder one. */
function reasonOf(removed: unknown): Removal {
  return (removed as { reason?: unknown } | null)?.reason === 'deleted' ? 'deleted' : 'removed';
}

const NAME_LENGTH = 256;

/** A text for showing and searching: one line, no control characters, no lone surrogates, no NUL. An empty one counts as cleared. */
export const readName = (text: string | null | undefined): string | null | undefined =>
  text === undefined ? undefined : plainLine(text, NAME_LENGTH);

/** A mail address as it was written; anything else that was said counts as cleared. */
export const readAddress = (text: string | null | undefined): string | null | undefined =>
  text === undefined ? undefined : text !== null && isAddress(text) ? text.trim() : null;

export type KnownAddress = { address: string; source: AddressSource };

const MOST_ADDRESSES = 500;

/** `SMTP:a@b` and `smtp:c@d` of an object, folded, each once; other kinds of address (X500, SIP) are not for mail. */
export function readProxies(proxies: unknown[] | null | undefined): KnownAddress[] | undefined {
  if (proxies === undefined) return undefined;
  const addresses = (proxies ?? []).slice(0, MOST_ADDRESSES).flatMap((proxy) => {
    const address = typeof proxy === 'string' && /^smtp:/i.test(proxy) ? proxy.slice('smtp:'.length) : '';
    return isAddress(address) ? [foldAddress(address)] : [];
  });
  return [...new Set(addresses)].map((address) => ({ address, source: 'proxy' }));
}

/** The one address of a source; none when it was cleared. */
export const only = (source: AddressSource, address: string | null): KnownAddress[] =>
  address === null ? [] : [{ address: foldAddress(address), source }];

export const domainOf = (address: string): string => foldAddress(address.slice(address.lastIndexOf('@') + 1));
