import { Hono } from 'hono';
import { switchOn } from '../../../actions/sign-on-config.ts';
import { countStrangers, findSignOnConfig } from '../../../store/sign-on-config.ts';
import type { Ctx, Env } from '../../env.ts';
import { recordRefused } from '../../record-refused.ts';
import { type Question, questionContent } from '../../views/sign-on-config.ts';
import { count } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { conflictPage } from './admin-page.ts';
import type { SignOnPlace } from './sign-on-place.ts';
import { isReady } from './sign-on-shown.ts';

/** Only a tested draft is switched on; what that ends is asked for first. */
export const signOnSwitch = (place: SignOnPlace): Hono<Env> =>
  new Hono<Env>().post('/switch-on', async (c) => {
    const { deps, now, trace } = c.var;
    const form = await readForm(c);
    const config = await findSignOnConfig(deps.store);
    const { draft, on } = config;
    if (!draft || form.get('id') !== draft.id) return errorPageOf(c, 'not-found');
    if (!isReady(config, draft, now)) return notTested(c, place, draft.id);
    const action = `${place.home}/switch-on`;
    const fields: [string, string][] = [['id', draft.id]];
    const fresh = await place.freshFirst(c, { what: 'switch on single sign-on', action, fields });
    if (fresh) return fresh;
    const strangers = await countStrangers(deps.store, draft.tenantId);
    if ((on || strangers > 0) && form.get('confirmed') !== 'yes') {
      const question = {
        sentences: whatItEnds(strangers),
        action,
        fields: [...fields, ['confirmed', 'yes'] as [string, string]],
      };
      return ask(c, place, 'Switch to the new configuration?', {
        ...{ ...question, button: 'Switch on', isDestructive: strangers > 0, back: `${place.home}/configure` },
      });
    }
    const isOn = await switchOn(deps, draft.id, { by: place.by(c), now, trace });
    return isOn ? c.redirect(place.next, 303) : notTested(c, place, draft.id);
  });

/** A person is an account of one tenant (DESIGN.md, identity): of another one, everybody is new. */
const whatItEnds = (strangers: number): string[] => [
  'From now on people sign in by the new configuration; the one that is on now is off then. Sessions go on.',
  ...(strangers === 0
    ? []
    : [
        `It is another tenant: ${count(strangers, 'member belongs', 'members belong')} to the one before and cannot sign in any more, you among them perhaps. In the new tenant everybody is a stranger and must be invited again.`,
      ]),
];

export const ask = async (c: Ctx, place: SignOnPlace, title: string, question: Question): Promise<Response> =>
  page(c, await place.frame(c, title, questionContent(question)));

async function notTested(c: Ctx, place: SignOnPlace, about: string): Promise<Response> {
  await recordRefused(c, 'write.refused', { by: place.by(c), about, facts: { because: 'not-tested', path: c.req.routePath } });
  const sentence =
    'It has not been tested as it is now, or the secret or certificate it was tested with does not count any more. Test it first.';
  return conflictPage(c, 'It was not switched on', sentence, { href: `${place.home}/configure`, text: 'See the draft' });
}
