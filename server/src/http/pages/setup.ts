import { Hono } from 'hono';
import { setUpToken } from '../../identity/root-key.ts';
import { sameText } from '../../identity/tokens.ts';
import { newId } from '../../store/new-id.ts';
import { findWorkspaceName, hasAdministrator, nameWorkspace, UNNAMED } from '../../store/workspace.ts';
import { CONTROL } from '../control-characters.ts';
import { isSettingUp, putSetUp } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { recordRefused } from '../record-refused.ts';
import { setupPage, setupUsedPage } from '../views/setup.ts';
import { providerState } from './door.ts';
import { errorPageOf } from './error-pages.ts';
import { readForm } from './form-body.ts';
import { page, shellOf } from './page.ts';

const NAME_LENGTH = 80;

/** The set-up link: good only as long as the workspace has no administrator. Its token moves into a sealed cookie at once. */
export const setup = new Hono<Env>()
  .get('/setup', async (c) => {
    const token = c.req.query('token');
    if (token !== undefined) return openSetUpLink(c, token);
    if (await hasAdministrator(c.var.deps.store)) return page(c, setupUsedPage(await shellOf(c)), 410);
    return (await isSettingUp(c)) ? show(c) : errorPageOf(c, 'not-found');
  })
  .post('/setup', async (c) => {
    const { deps, now, trace } = c.var;
    if (await hasAdministrator(deps.store)) return page(c, setupUsedPage(await shellOf(c)), 410);
    if (!(await isSettingUp(c))) return errorPageOf(c, 'not-allowed');
    const name = ((await readForm(c)).get('name') ?? '').trim();
    const detail = nameProblem(name);
    if (detail) return show(c, name, [{ pointer: '#/name', detail }]);
    await nameWorkspace(deps.store, { name, by: null, auditId: newId('aud'), now, trace });
    return c.redirect('/setup', 303);
  });

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

async function show(c: Ctx, typed?: string, errors: { pointer: string; detail: string }[] = []): Promise<Response> {
  const known = await findWorkspaceName(c.var.deps.store);
  const isNamed = known !== UNNAMED;
  const model = { provider: await providerState(c), name: typed ?? (isNamed ? known : ''), isNamed, errors };
  return page(c, setupPage({ ...(await shellOf(c)), ...model }), errors.length > 0 ? 422 : 200);
}

function nameProblem(name: string): string | null {
  if (name === '') return 'Please give the workspace a name.';
  if ([...name].length > NAME_LENGTH) return `Please keep the name to ${NAME_LENGTH} characters.`;
  return CONTROL.test(name) ? 'Please type the name on one line, without control characters.' : null;
}
