import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import { lookForDomain } from '../../../actions/look-for-domains.ts';
import { readDomain, recordNameOf, recordTextOf } from '../../../domain/domain-proof.ts';
import { newToken } from '../../../identity/tokens.ts';
import {
  addDomain,
  type DomainRow,
  findAddedDomain,
  findAddedDomains,
  MOST_DOMAINS,
  removeDomain,
} from '../../../store/domain.ts';
import { newId } from '../../../store/new-id.ts';
import { findDomainSources } from '../../../store/own-domain.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { confirmPage } from '../../views/confirm.ts';
import { type AddedDomain, DOMAINS, domainsPage } from '../../views/domains.ts';
import type { HiddenField } from '../../views/form.ts';
import type { DoneCode } from '../../views/notice.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, noOfficePage } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';

/**
 * Which domains are ours: it decides who is a guest. To add one or to remove one needs a fresh sign-in; a look at DNS does not, for it finishes
 * only what was added by one (SES-13).
 */
export const domainPages = new Hono<Env>()
  .get('/', (c) => show(c))
  .post('/', async (c) => {
    const typed = (await readForm(c)).get('domain') ?? '';
    const read = readDomain(typed.slice(0, 1000));
    if ('problem' in read) return wrong(c, typed, read.problem);
    const { domain } = read;
    if (!isFreshlySignedIn(c)) return freshFirst(c, `add the domain ${domain}`, '', [['domain', domain]]);
    const isAdded = await addDomain(c.var.deps.store, { ...changeOf(c, domain), token: newToken() });
    return isAdded ? done(c, 'domain-added') : notAdded(c, domain);
  })
  .post('/:domain/check', async (c) => {
    const row = await domainAsked(c);
    if (!row) return errorPageOf(c, 'not-found');
    const { deps, now, trace } = c.var;
    const isProven = await lookForDomain(deps, row, memberOf(c).id, now, trace);
    return isProven ? done(c, 'domain-verified') : c.redirect(DOMAINS, 303); // there it says what was found
  })
  .post('/:domain/remove', async (c) => {
    const row = await domainAsked(c);
    if (!row) return errorPageOf(c, 'not-found');
    const path = `/${encodeURIComponent(row.domain)}/remove`;
    if (!isFreshlySignedIn(c)) return freshFirst(c, `remove the domain ${row.domain}`, path, []);
    if ((await readForm(c)).get('confirmed') !== 'yes') return askFirst(c, row, path);
    const isRemoved = await removeDomain(c.var.deps.store, changeOf(c, row.domain));
    return isRemoved || !(await domainAsked(c)) ? done(c, 'domain-removed') : noOfficePage(c, memberOf(c).id);
  });

const domainAsked = (c: Ctx): Promise<DomainRow | null> => findAddedDomain(c.var.deps.store, c.req.param('domain') ?? '');
const done = (c: Ctx, code: DoneCode) => c.redirect(`${DOMAINS}?done=${code}`, 303);

const changeOf = (c: Ctx, domain: string) => ({
  domain,
  by: memberOf(c).id,
  auditId: newId('aud'),
  now: c.var.now,
  trace: c.var.trace,
});

const wrong = (c: Ctx, typed: string, detail: string) => show(c, { typed, errors: [{ pointer: '#/domain', detail }] });

/** It stands there already, there are too many, or the office is lost. */
async function notAdded(c: Ctx, domain: string): Promise<Response> {
  const added = await findAddedDomains(c.var.deps.store);
  if (added.some((one) => one.domain === domain)) return wrong(c, domain, 'is in the list already');
  return added.length >= MOST_DOMAINS
    ? wrong(c, domain, `cannot be added: there are ${MOST_DOMAINS} already. Remove one first.`)
    : noOfficePage(c, memberOf(c).id);
}

async function show(c: Ctx, asked?: { typed: string; errors: FieldError[] }): Promise<Response> {
  const { store } = c.var.deps;
  const [shell, sources, rows] = await Promise.all([adminShellOf(c), findDomainSources(store), findAddedDomains(store)]);
  const model = { ...sources, added: rows.map(shownOf), hasMost: rows.length >= MOST_DOMAINS };
  return page(c, domainsPage({ ...shell, ...model, typed: '', errors: [], ...asked }), asked ? 422 : 200);
}

const shownOf = ({ token, found, ...row }: DomainRow): AddedDomain => ({
  ...row,
  recordName: recordNameOf(row.domain),
  recordText: recordTextOf(token),
  found: found === null ? null : (JSON.parse(found) as string[]),
});

const freshFirst = (c: Ctx, what: string, path: string, fields: HiddenField[]) =>
  freshSignInFirst(c, { about: null, room: 'single-sign-on', what, action: DOMAINS + path, fields, back: DOMAINS });

const askFirst = async (c: Ctx, row: DomainRow, path: string) =>
  page(
    c,
    confirmPage({
      ...(await adminShellOf(c)),
      room: 'single-sign-on',
      title: `Remove ${row.domain}?`,
      sentence:
        row.verifiedAt === null
          ? 'Its record is not looked for any more. Added again, it gets another one.'
          : `People with an address of ${row.domain} who are not in your directory are invited as guests from then on. Who is in stays in.`,
      action: DOMAINS + path,
      fields: [['confirmed', 'yes']],
      button: `Remove ${row.domain}`,
      isDestructive: true,
      back: DOMAINS,
    }),
  );
