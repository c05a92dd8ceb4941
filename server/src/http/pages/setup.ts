import { Hono } from 'hono';
import { setUpToken } from '../../identity/root-key.ts';
import { sameText } from '../../identity/tokens.ts';
import { newId } from '../../store/new-id.ts';
import { findWorkspaceName, hasAdministrator, nameWorkspace, UNNAMED } from '../../store/workspace.ts';
import { CONTROL } from '../control-characters.ts';
import { isSettingUp, putSetUp } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { recordRefused } from '../record-refused.ts';
import { namePage, setupUsedPage } from '../views/setup.ts';
import { errorPageOf } from './error-pages.ts';
import { readForm } from './form-body.ts';
import { page, shellOf } from './page.ts';
import { nextStep, setUpModel } from './setup-place.ts';
import { setupSteps } from './setup-steps.ts';

const NAME_LENGTH = 80;

/**
 * The set-up link: good only as long as the workspace has no administrator. Its token moves into a sealed cookie at once, and with that the
 * pages below `/setup` are open: name, single sign-on, mail, the first administrator, and nothing else (SES-16).
 */
export const setup = new Hono<Env>()
  .get('/setup', async (c) => {
    const token = c.req.query('token');
    if (token !== undefined) return openSetUpLink(c, token);
    return (await turnAway(c)) ?? c.redirect(`/setup/${await nextStep(c)}`, 303);
  })
  .post('/setup', async (c) => {
    const closed = await turnAway(c);
    if (closed) return closed;
    const name = ((await readForm(c)).get('name') ?? '').trim();
    const detail = nameProblem(name);
    if (detail) return showName(c, name, detail);
    const { deps, now, trace } = c.var;
    const isNamed = await nameWorkspace(deps.store, { name, by: null, auditId: newId('aud'), now, trace });
    return isNamed ? c.redirect(`/setup/${await nextStep(c)}`, 303) : used(c);
  })
  .use('/setup/*', async (c, next) => (await turnAway(c)) ?? next())
  .get('/setup/name', async (c) => {
    const name = await findWorkspaceName(c.var.deps.store);
    return showName(c, name === UNNAMED ? '' : name);
  })
  .route('/setup', setupSteps);

/** The answer to whoever may not set up (any more). */
async function turnAway(c: Ctx): Promise<Response | null> {
  if (await hasAdministrator(c.var.deps.store)) return used(c);
  if (await isSettingUp(c)) return null;
  return errorPageOf(c, c.req.method === 'GET' ? 'not-found' : 'not-allowed');
}

const used = async (c: Ctx) => page(c, setupUsedPage(await shellOf(c)), 410);

async function openSetUpLink(c: Ctx, token: string): Promise<Response> {
  c.header('Referrer-Policy', 'no-referrer');
  const isRight = sameText(token, setUpToken(c.var.deps.keys));
  if (isRight && !(await hasAdministrator(c.var.deps.store))) await putSetUp(c);
  else await recordUselessLink(c, isRight);
  return c.redirect('/setup', 303);
}

function recordUselessLink(c: Ctx, isRight: boolean): Promise<unknown> {
  const facts = { because: isRight ? 'set-up-already' : 'wrong-token' };
  return recordRefused(c, 'set-up.refused', { facts });
}

async function showName(c: Ctx, name: string, detail?: string): Promise<Response> {
  const errors = detail ? [{ pointer: '#/name', detail }] : [];
  return page(c, namePage({ ...(await setUpModel(c, 'name')), name, errors }), detail ? 422 : 200);
}

function nameProblem(name: string): string | null {
  if (name === '') return 'Please give the workspace a name.';
  if ([...name].length > NAME_LENGTH) return `Please keep the name to ${NAME_LENGTH} characters.`;
  if (!name.isWellFormed()) return 'Please type the name once more: a character in it is broken.';
  return CONTROL.test(name) ? 'Please type the name on one line, without control characters.' : null;
}
