/** How somebody shows that a domain is theirs: by a TXT record that only its owner can make. */
export const recordNameOf = (domain: string): string => `_doorstep.${domain}`;
export const recordTextOf = (token: string): string => `doorstep-domain=${token}`;

/** RFC 1035, section 2.3.4: 253 characters with the name of the record before it. */
const LONGEST = 253 - recordNameOf('').length;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** As typed, or pasted with an @ or a dot at the end; a name with letters of other scripts in the form that DNS knows (UTS 46, by URL). */
export function readDomain(typed: string): { domain: string } | { problem: string } {
  const text = typed.trim().replace(/^@/, '').replace(/\.$/, '');
  if (text === '') return { problem: 'must be a domain, as in contoso.com' };
  if (text.includes('@')) return { problem: 'must be the part of an address behind the @' };
  const domain = /[\s/\\:?#%[\]]/.test(text) ? null : asciiOf(text);
  if (domain === null) return { problem: 'must be a domain alone, as in contoso.com' };
  if (domain.length > LONGEST) return { problem: `must have at most ${LONGEST} characters` };
  const labels = domain.split('.');
  const isDomain = labels.length > 1 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1)!);
  return isDomain ? { domain } : { problem: 'must be a domain, as in contoso.com' };
}

function asciiOf(text: string): string | null {
  try {
    return new URL(`http://${text}`).hostname;
  } catch {
    return null;
  }
}

/** One of the records says exactly what it is to say; space around it is what forms of DNS providers add. */
export const isProven = (records: readonly string[], token: string): boolean =>
  records.some((record) => record.trim() === recordTextOf(token));
