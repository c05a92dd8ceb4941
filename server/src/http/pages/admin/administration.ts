import { Hono } from 'hono';
import type { Env } from '../../env.ts';
import { administratorsOnly } from '../../middleware/access.ts';
import { freshDonePage } from '../../views/confirm.ts';
import { page } from '../page.ts';
import { adminShellOf } from './admin-page.ts';
import { audit } from './audit.ts';
import { breakGlass } from './break-glass.ts';
import { browsers } from './browsers.ts';
import { directory } from './directory.ts';
import { domainPages } from './domains.ts';
import { forceSsoPages } from './force-sso.ts';
import { group } from './group.ts';
import { groups } from './groups.ts';
import { invitations } from './invitations.ts';
import { invite } from './invite.ts';
import { leftBehind } from './left-behind.ts';
import { mail } from './mail.ts';
import { manyRequests } from './many-requests.ts';
import { person } from './person.ts';
import { personGroups } from './person-groups.ts';
import { personProposal } from './person-proposal.ts';
import { renew } from './renew.ts';
import { request } from './request.ts';
import { requests } from './requests.ts';
import { rule } from './rule.ts';
import { rules, suggested } from './rules.ts';
import { settings } from './settings.ts';
import { singleSignOn } from './single-sign-on.ts';
import { users } from './users.ts';

/** Everything under `/admin`: for administrators alone. */
export const administration = new Hono<Env>()
  .use(administratorsOnly)
  .get('/', (c) => c.redirect('/admin/users', 303))
  .get('/signed-in-again', async (c) => page(c, freshDonePage(await adminShellOf(c))))
  .route('/users', users)
  .route('/users', person)
  .route('/users', personGroups)
  .route('/users', personProposal)
  .route('/users', renew)
  .route('/left-behind', leftBehind)
  .route('/invitations', invite)
  .route('/invitations', invitations)
  .route('/requests', requests)
  .route('/requests', manyRequests)
  .route('/requests', request)
  .route('/groups', groups)
  .route('/groups', group)
  .route('/directory', directory)
  .route('/directory', suggested)
  .route('/directory/rules', rules)
  .route('/directory/rules', rule)
  .route('/single-sign-on/force', forceSsoPages)
  .route('/single-sign-on/domains', domainPages)
  .route('/single-sign-on/break-glass', breakGlass)
  .route('/single-sign-on', singleSignOn)
  .route('/browsers', browsers)
  .route('/mail', mail)
  .route('/audit', audit)
  .route('/settings', settings);
