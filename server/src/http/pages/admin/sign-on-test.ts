import { Hono } from 'hono';
import { html } from 'hono/html';
import { couldNotBegin, finishTest, startTest } from '../../../actions/sign-on-test.ts';
import { credentialsOf, findSignOnConfig, type SignOnConfig, type SignOnRow } from '../../../store/sign-on-config.ts';
import { putFlow, type SignInFlow } from '../../cookies.ts';
import type { Ctx, Env } from '../../env.ts';
import { postButton } from '../../views/form.ts';
import { readTest } from '../../views/sign-on-config.ts';
import { testResult } from '../../views/sign-on-tested.ts';
import { link } from '../../views/text.ts';
import { page } from '../page.ts';
import { conflictPage } from './admin-page.ts';
import type { SignOnPlace } from './sign-on-place.ts';

/** The test by redirect: a link, since a form may not lead to Microsoft (CONTRACT.md, 2), and the page of what it found. */
export const signOnTest = (place: SignOnPlace): Hono<Env> =>
  new Hono<Env>().get('/test', (c) => begin(c, place)).get('/tested', (c) => showTested(c, place));

/** With `?credential=` of the draft or of what is on; without, with the draft's newest. */
async function begin(c: Ctx, place: SignOnPlace): Promise<Response> {
  const { deps, now, trace } = c.var;
  const chosen = toTest(await findSignOnConfig(deps.store), c.req.query('credential'));
  if (!chosen) return nothingToTest(c, place);
  const started = await startTest(deps, chosen, now);
  if (!started) return nothingToTest(c, place);
  const by = place.by(c);
  if ('problem' in started) {
    await couldNotBegin(deps, chosen, started.problem, { by, now, trace });
    return c.redirect(`${place.home}/tested`, 303);
  }
  const nobody = { invitation: null, setsUp: false, isFresh: false, connect: null, returnTo: null };
  await putFlow(c, { ...started.attempt, ...nobody, tests: { ...chosen, home: place.home, by } });
  return c.redirect(started.url, 302);
}

function toTest(config: SignOnConfig, wanted: string | undefined) {
  const { draft, on } = config;
  const rows = [draft, on].filter((row) => row !== null);
  for (const row of rows) {
    const credentials = credentialsOf(config, row);
    const one = wanted === undefined ? credentials[0] : credentials.find(({ id }) => id === wanted);
    if (one) return { signOnId: row.id, attemptId: row.attemptId, credentialId: one.id };
  }
  return null;
}

const nothingToTest = (c: Ctx, { home }: SignOnPlace): Promise<Response> =>
  conflictPage(c, 'There is nothing to test', 'Save the tenant, the application and a secret or certificate first.', {
    href: `${home}/configure`,
    text: 'Go there',
  });

/** The callback of a test: nobody is signed in by it, whatever comes back. */
export async function finishTestFlow(
  c: Ctx,
  { tests, ...flow }: SignInFlow & { tests: NonNullable<SignInFlow['tests']> },
  params: URLSearchParams,
): Promise<Response> {
  const { deps, now, trace } = c.var;
  const { home, by, ...tested } = tests;
  const isKept = await finishTest(deps, tested, flow, params, { by, now, trace });
  if (isKept) return c.redirect(`${home}/tested`, 303);
  return conflictPage(
    c,
    'The configuration has changed meanwhile',
    'What was tested is not what stands there now. Test it again.',
    {
      href: `${home}/configure`,
      text: 'Go there',
    },
  );
}

/** What the last test found, of the draft or of what is on. */
async function showTested(c: Ctx, place: SignOnPlace): Promise<Response> {
  const { draft, on } = await findSignOnConfig(c.var.deps.store);
  const row = latest(draft, on);
  const test = readTest(row?.test ?? null);
  if (!row || !test || row.testedAt === null) return c.redirect(`${place.home}/configure`, 303);
  const result = testResult({ test, testedAt: row.testedAt, now: c.var.now, publicUrl: c.var.deps.publicUrl });
  const canSwitch = row.state === 'draft' && test.outcome === 'good';
  const again = link(`${place.home}/test`, { credential: row.testedCredentialId });
  const content = html`<div class="narrow aside">${result}<div class="button-row">${
    canSwitch
      ? postButton({ action: `${place.home}/switch-on`, text: 'Switch on', look: 'btn primary', fields: [['id', row.id]] })
      : ''
  }<a class="btn" href="${again}">Test again</a><a class="btn ${test.outcome === 'good' ? 'quiet' : 'primary'}" href="${place.home}/configure">Back to the configuration</a></div></div>`;
  return page(c, await place.frame(c, test.outcome === 'good' ? 'The test went well' : 'The test failed', content));
}

const latest = (draft: SignOnRow | null, on: SignOnRow | null): SignOnRow | null =>
  (draft?.testedAt ?? -1) >= (on?.testedAt ?? -1) ? (draft ?? on) : on;
