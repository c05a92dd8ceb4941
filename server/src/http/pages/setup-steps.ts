import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { youPage } from '../views/setup.ts';
import { signOnConfig } from './admin/sign-on-config.ts';
import { providerState } from './door.ts';
import { mailConfig } from './mail-config.ts';
import { mailConfigShown } from './mail-shown.ts';
import { page } from './page.ts';
import { mailPlace, setUpModel, signOnPlace } from './setup-place.ts';

/** Microsoft, mail, the first administrator. */
export const setupSteps = new Hono<Env>()
  .get('/sign-on', (c) => c.redirect('/setup/sign-on/configure', 303))
  .route('/sign-on', signOnConfig(signOnPlace))
  .get('/mail', async (c) => page(c, await mailPlace.frame(c, 'Mail', await mailConfigShown(c, mailPlace))))
  .route('/mail', mailConfig(mailPlace))
  .get('/you', async (c) => page(c, youPage({ ...(await setUpModel(c, 'you')), provider: await providerState(c) })));
