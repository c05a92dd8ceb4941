import { Hono } from 'hono';
import { forgetAssignment } from '../../../store/assignment.ts';
import { newId } from '../../../store/new-id.ts';
import type { Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { adminLayout } from '../../views/layout.ts';
import { SSO } from '../../views/provisioning.ts';
import { adminShellOf } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { provisioning } from './provisioning.ts';
import { signOnConfig } from './sign-on-config.ts';
import type { SignOnPlace } from './sign-on-place.ts';
import { showSingleSignOn } from './single-sign-on-shown.ts';

const place: SignOnPlace = {
  home: SSO,
  next: `${SSO}?done=sign-on-on`,
  by: (c) => memberOf(c).id,
  freshFirst: (c, asked) =>
    isFreshlySignedIn(c)
      ? null
      : freshSignInFirst(c, { about: null, room: 'single-sign-on', back: `${SSO}/configure`, ...asked }),
  frame: async (c, title, content) => adminLayout(await adminShellOf(c), 'single-sign-on', title, '', content),
};

/** How people sign in and what that needs; connecting it and provisioning live below. */
export const singleSignOn = new Hono<Env>()
  .get('/', (c) => showSingleSignOn(c))
  .post('/check', async (c) => {
    await c.var.deps.provider?.check();
    return c.redirect(`${SSO}?done=provider-checked`, 303);
  })
  .post('/forget-assignment', async (c) => {
    const { deps, now, trace } = c.var;
    await forgetAssignment(deps.store, { by: memberOf(c).id, auditId: newId('aud'), now, trace });
    return c.redirect(`${SSO}?done=assignment-forgotten`, 303);
  })
  .route('/', provisioning)
  .route('/', signOnConfig(place));
