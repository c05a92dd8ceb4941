import { Hono } from 'hono';
import type { Env } from '../../env.ts';
import { administratorsOnly } from '../../middleware/access.ts';
import { freshDonePage } from '../../views/confirm.ts';
import { page } from '../page.ts';
import { adminShellOf } from './admin-page.ts';
import { audit } from './audit.ts';
import { browsers } from './browsers.ts';
import { invitations } from './invitations.ts';
import { invite } from './invite.ts';
import { mail } from './mail.ts';
import { person } from './person.ts';
import { request } from './request.ts';
import { requests } from './requests.ts';
import { users } from './users.ts';

/** Everything under `/admin`: for administrators alone. */
export const administration = new Hono<Env>()
  .use(administratorsOnly)
  .get('/', (c) => c.redirect('/admin/users', 303))
  .get('/signed-in-again', async (c) => page(c, freshDonePage(await adminShellOf(c))))
  .route('/users', users)
  .route('/users', person)
  .route('/invitations', invite)
  .route('/invitations', invitations)
  .route('/requests', requests)
  .route('/requests', request)
  .route('/browsers', browsers)
  .route('/mail', mail)
  .route('/audit', audit);
