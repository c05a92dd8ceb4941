import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type Provider from 'oidc-provider';
import { entraSentence } from './entra-errors.ts';
import { signInPath } from './identity-provider.ts';
import { errorPage, type SignInChoice, signInPage } from './pages/provider-pages.ts';
import type { Person } from './people.ts';
import { refusalCode } from './sign-in-policy.ts';
import type { TenantState } from './tenant-state.ts';

type Ctx = Context<{ Bindings: HttpBindings }>;
const MAX_FOUND = 20;

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** The pages between the authorization request and its answer: pick an account, or cancel. */
export function signInRoutes(provider: Provider, state: TenantState): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.get('/sign-in/:uid', async (c) => {
    const interaction = await current(provider, c);
    if (!interaction) return c.html(expiredPage(), 400);
    const wanted = c.req.query('search');
    if (wanted !== undefined) return c.html(signInPage(found(interaction, state, wanted)));
    return c.html(signInPage(choice(interaction, state, c.req.query('account') === 'another')));
  });

  app.post('/sign-in/:uid', async (c) => {
    const interaction = await current(provider, c);
    if (!interaction) return c.html(expiredPage(), 400);
    const form = await c.req.parseBody();
    if (form.cancel) return c.redirect(await refused(provider, c, 65004), 303);
    const person = state.accounts.find(String(form.account));
    if (!person) return c.html(signInPage(choice(interaction, state, true)), 400);
    const code = refusalCode(person, state);
    if (code === 50105 && state.faults.unassigned?.isSentBack) return c.redirect(await refused(provider, c, code), 303);
    if (code !== undefined) return c.html(errorPage('access_denied', entraSentence(code)), 400);
    return c.redirect(await signedIn(provider, c, person), 303);
  });

  return app;
}

/** Undefined when the request is too old, finished or another browser's. */
async function current(provider: Provider, c: Ctx): Promise<Interaction | undefined> {
  await forgetFormerAccount(provider, String(c.req.param('uid')));
  const interaction = await provider.interactionDetails(c.env.incoming, c.env.outgoing).catch(() => undefined);
  return interaction?.uid === c.req.param('uid') ? interaction : undefined;
}

/** Another tab may have changed the account since the page was opened: the library would give up, Entra goes on. */
async function forgetFormerAccount(provider: Provider, uid: string): Promise<void> {
  const interaction = await provider.Interaction.find(uid);
  if (!interaction?.session) return;
  const session = await provider.Session.findByUid(interaction.session.uid);
  if (session?.accountId === interaction.session.accountId) return;
  interaction.session = undefined;
  await interaction.save(interaction.exp - nowSeconds());
}

/** The account hinted at, or the one signed in when it only has to sign in again, stands alone; `select_account` shows everybody. */
function choice(interaction: Interaction, { accounts }: TenantState, showAll: boolean): SignInChoice {
  const action = signInPath(interaction.uid);
  const { login_hint: hint } = interaction.params;
  const suggested =
    typeof hint === 'string' ? accounts.findByHint(hint) : accounts.findByObjectId(interaction.session?.accountId ?? '');
  if (showAll || !suggested || interaction.prompt.name === 'select_account') return { action, people: accounts.list() };
  return { action, people: [suggested], anotherAccount: `${action}?account=another` };
}

/** Those whose name holds the text, the many colleagues among them. */
function found(interaction: Interaction, { accounts }: TenantState, text: string): SignInChoice {
  return { action: signInPath(interaction.uid), people: accounts.search(text).slice(0, MAX_FOUND), search: text };
}

async function signedIn(provider: Provider, c: Ctx, person: Person): Promise<string> {
  const result = { login: { accountId: person.oid }, select_account: {} };
  const returnTo = await provider.interactionResult(c.env.incoming, c.env.outgoing, result);
  await leaveOtherAccount(provider, c, person);
  return returnTo;
}

/** Otherwise the library signs the former account out through a page that needs JavaScript. */
async function leaveOtherAccount(provider: Provider, c: Ctx, person: Person): Promise<void> {
  const session = await provider.Session.get(provider.createContext(c.env.incoming, c.env.outgoing));
  if (!session.accountId || session.accountId === person.oid) return;
  Object.assign(session, { accountId: undefined, authorizations: undefined });
  await session.save(session.exp! - nowSeconds());
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function refused(provider: Provider, c: Ctx, code: number): Promise<string> {
  const result = { error: 'access_denied', error_description: entraSentence(code) };
  return provider.interactionResult(c.env.incoming, c.env.outgoing, result, { mergeWithLastSubmission: false });
}

function expiredPage() {
  return errorPage(
    'session_not_found',
    'This sign-in has expired or was begun in another browser. Start again at the workspace.',
  );
}
