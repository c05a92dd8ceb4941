import { DAY, HOUR } from '@doorstep/shared/time';
import { breakGlassPage } from './break-glass.ts';
import type { Html } from './layout.ts';
import type { Ceremony } from './passkey-form.ts';
import { passkeySignInPage } from './passkey-sign-in.ts';
import { passkeyOfferPage, passkeysPage, removePasskeyPage, renamePasskeyPage } from './passkeys.ts';
import { id, now, shellOf, viewerOf, type Words } from './sample-facts.ts';
import { shown } from './text.ts';

/** The pages about passkeys and the break-glass list, in every state that looks different. */
export function passkeyPages(words: Words): Record<string, Html> {
  const shell = { ...shellOf(words), viewer: viewerOf(words) };
  const ceremony: Ceremony = {
    kind: 'new',
    challenge: 'a'.repeat(43),
    options: { user: { displayName: shown(words.name, 80) } },
  };
  const passkeys = [0, 1, 2].map((at) => ({
    id: `passkey-${at}`,
    name: at === 2 ? words.sentence.slice(0, 60) : 'Passkey on iPhone',
    createdAt: now - (at + 1) * DAY,
    lastUsedAt: at === 0 ? null : now - at * HOUR,
    isBackedUp: at !== 1,
  }));
  const quiet = { needsFreshSignIn: false, breaksGlass: false, problem: null, done: null, most: 10 };
  const chosen = { ...shell, id: 'passkey-0', name: words.sentence.slice(0, 60) };
  return {
    passkeys: passkeysPage({ ...shell, ...quiet, passkeys, ceremony, done: 'passkey-added' }),
    'passkeys-none': passkeysPage({
      ...shell,
      ...quiet,
      passkeys: [],
      ceremony: null,
      needsFreshSignIn: true,
      breaksGlass: true,
    }),
    'passkeys-most': passkeysPage({ ...shell, ...quiet, passkeys, ceremony: null, problem: 'too-many' }),
    'passkey-offer': passkeyOfferPage({ ...shell, ceremony }),
    'passkey-rename': renamePasskeyPage({ ...chosen, errors: [] }),
    'passkey-rename-wrong': renamePasskeyPage({
      ...chosen,
      errors: [{ pointer: '#/name', detail: 'must have 1 to 60 characters' }],
    }),
    'passkey-remove': removePasskeyPage({ ...chosen, isLast: true, breaksGlass: true }),
    'passkey-remove-one': removePasskeyPage({ ...chosen, isLast: false, breaksGlass: false }),
    'sign-in-passkey': passkeySignInPage({ ...shell, ceremony: { ...ceremony, kind: 'known' }, problem: null }),
    'sign-in-passkey-refused': passkeySignInPage({
      ...shell,
      ceremony: { ...ceremony, kind: 'known' },
      problem: 'passkey-refused',
    }),
    ...breakGlassPages(words),
  };
}

function breakGlassPages(words: Words): Record<string, Html> {
  const shell = { ...shellOf(words), viewer: viewerOf(words), openAccessRequests: 3, isMailPreviewed: false };
  const person = (at: number) => ({ id: id('mem', at), name: words.name, address: words.address });
  const people = [0, 1, 2].map((at) => ({
    ...person(at),
    isInOffice: at !== 2,
    passkeys: at === 0 ? 2 : 0,
    lastUsedAt: at === 0 ? now - DAY : null,
  }));
  return {
    'break-glass': breakGlassPage({ ...shell, people, others: [person(3), person(4)], hasMore: true, q: '' }),
    'break-glass-none': breakGlassPage({ ...shell, people: [], others: [], hasMore: false, q: words.sentence }),
  };
}
