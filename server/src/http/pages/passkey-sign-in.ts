import { Hono } from 'hono';
import { signInByPasskey } from '../../actions/passkey-sign-in.ts';
import { hashToken } from '../../identity/tokens.ts';
import { sessionToken } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { recordRefused } from '../record-refused.ts';
import { type PasskeySignInModel, passkeySignInPage } from '../views/passkey-sign-in.ts';
import { readForm } from './form-body.ts';
import { page, shellOf } from './page.ts';
import { signInCeremony, takeAnswer } from './passkey-ceremony.ts';
import { answerSignIn } from './sign-in-answer.ts';

/** The way in for guests who have made a passkey, and for the break-glass list. */
export const passkeySignIn = new Hono<Env>()
  .get('/sign-in/passkey', (c) => show(c, null, 200))
  .post('/sign-in/passkey', async (c) => {
    const { deps, now, trace } = c.var;
    const answered = await takeAnswer(c, await readForm(c), null);
    if (!answered) {
      await recordRefused(c, 'sign-in.refused', { facts: { because: 'passkey-challenge' } });
      return show(c, 'took-too-long', 403);
    }
    const token = sessionToken(c);
    const outcome = await signInByPasskey(deps, { ...answered, endsSession: token ? hashToken(token) : null }, trace, now);
    if (outcome.outcome !== 'passkey-refused') return answerSignIn(c, outcome, null);
    const { because, detail } = outcome;
    deps.log('info', 'passkey refused', { because, detail: detail.slice(0, 200), requestId: c.var.requestId });
    return show(c, because === 'passkey-own-domain' ? because : 'passkey-refused', 403);
  });

const show = async (c: Ctx, problem: PasskeySignInModel['problem'], status: 200 | 403): Promise<Response> =>
  page(c, passkeySignInPage({ ...(await shellOf(c)), ceremony: await signInCeremony(c), problem }), status);
