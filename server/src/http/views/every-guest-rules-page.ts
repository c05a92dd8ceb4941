import { DAY, HOUR } from '@doorstep/shared/time';
import { type DomainsModel, domainsPage } from './domains.ts';
import { type ForceSsoModel, forceSsoPage } from './force-sso.ts';
import type { AdminShell, Html } from './layout.ts';
import { memberOf, now, type Words } from './sample-facts.ts';

/** The pages that decide who is a guest and whether guests come in, as `everyPage`. */
export function guestRulesPages(shell: AdminShell, words: Words, rows: number): Record<string, Html> {
  const items = Array.from({ length: rows }, (_, at) => ({
    ...memberOf(words, at),
    role: 'member' as const,
    guestOf: words.name,
  }));
  const force: ForceSsoModel = {
    ...shell,
    force: { isOn: false, guests: rows, invitations: 3, requests: 1, breakGlass: { listed: 0, withPasskey: 0 } },
    guests: { items, nextCursor: rows > 1 ? 'mem_next' : null },
    q: '',
    cursor: null,
    isFreshAtProvider: false,
  };
  return {
    'force-sso': forceSsoPage(force),
    'force-sso-on': forceSsoPage({
      ...force,
      force: { ...force.force, isOn: true, breakGlass: { listed: 2, withPasskey: 1 } },
      cursor: 'mem_cursor',
      isFreshAtProvider: true,
      done: 'sso-forced',
    }),
    'force-sso-nobody': forceSsoPage({
      ...force,
      force: { ...force.force, breakGlass: { listed: 1, withPasskey: 0 } },
      guests: { items: [], nextCursor: null },
      q: words.name,
    }),
    domains: domainsPage({ ...domainsModel(shell, words, rows), done: 'domain-added' }),
    'domains-none': domainsPage({
      ...domainsModel(shell, words, 0),
      typed: words.sentence,
      errors: [{ pointer: '#/domain', detail: 'must be a domain alone, as in contoso.com' }],
    }),
  };
}

const domainsModel = (shell: AdminShell, words: Words, rows: number): DomainsModel => ({
  ...shell,
  directory: ['contoso.com', 'contoso.onmicrosoft.com'].slice(0, rows),
  administrators: ['contoso.com'].slice(0, rows),
  added: looks(words).slice(0, rows),
  hasMost: rows > 4,
  typed: '',
  errors: [],
});

const looks = (words: Words) =>
  [
    { verifiedAt: null, checkedAt: null, found: null, problem: null },
    { verifiedAt: null, checkedAt: now - HOUR, found: [words.sentence, '', 'v=spf1 -all'], problem: null },
    { verifiedAt: null, checkedAt: now - HOUR, found: [], problem: null },
    { verifiedAt: null, checkedAt: now - HOUR, found: null, problem: words.sentence },
    { verifiedAt: now - DAY, checkedAt: now - DAY, found: ['doorstep-domain=Wq3v'], problem: null },
  ].map((look, at) => ({
    domain: `branch-${at}.contoso.com`,
    recordName: `_doorstep.branch-${at}.contoso.com`,
    recordText: `doorstep-domain=${'Wq3v'.repeat(10)}`,
    addedAt: now - DAY,
    ...look,
  }));
