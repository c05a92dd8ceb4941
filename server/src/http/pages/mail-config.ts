import { Hono } from 'hono';
import { saveAndTestMail, tryMail, useMailDraft } from '../../actions/configure-mail.ts';
import type { MailChange } from '../../store/mail-configuration.ts';
import type { Ctx, Env } from '../env.ts';
import { recordRefused } from '../record-refused.ts';
import type { FailedTest } from '../views/mail-state.ts';
import { errorPageOf } from './error-pages.ts';
import { readForm } from './form-body.ts';
import { readMailForm } from './mail-form.ts';
import { fieldsToKeep, withKeptSecret } from './mail-kept.ts';
import { fieldErrors, type MailAttempt, type MailPlace, mailConfigShown, wayIn } from './mail-shown.ts';
import { page } from './page.ts';

/** Save and test, switch on, test what is on. Who may come in is decided where this is mounted. */
export const mailConfig = (place: MailPlace): Hono<Env> =>
  new Hono<Env>()
    .post('/draft', async (c) => {
      if (c.var.deps.isSetByEnvironment.mail) return refuse(c, 'set-by-environment', 'not-allowed');
      const typed = await readForm(c);
      const way = wayIn(c, typed.get('way'));
      const form = await withKeptSecret(c, way, typed);
      const read = readMailForm(form, way, place.testsAt(c));
      if ('errors' in read) return show(c, place, read, 422);
      // The server connects to whatever is typed, and signs in there (SES-13).
      const fields = await fieldsToKeep(c, read, form);
      const fresh = await place.freshFirst(c, { what: 'save and test how mails leave', action: `${place.home}/draft`, fields });
      if (fresh) return fresh;
      const saved = await saveAndTestMail(c.var.deps, read.draft, read.to, changeOf(c, place));
      switch (saved.outcome) {
        case 'no-office':
          return refuse(c, 'no-office', 'not-allowed');
        case 'wrong':
          return show(c, place, { ...read, errors: saved.errors }, 422);
        case 'not-sent':
          return show(c, place, { ...read, errors: fieldErrors(saved), failed: saved }, 422);
        case 'sent':
          return c.redirect(`${place.home}?way=${read.way}`, 303);
      }
    })
    .post('/on', async (c) => {
      if (c.var.deps.isSetByEnvironment.mail) return refuse(c, 'set-by-environment', 'not-allowed');
      const version = (await readForm(c)).get('version') ?? '';
      const asked = { what: 'change how mails leave', action: `${place.home}/on`, fields: [['version', version] as const] };
      const fresh = await place.freshFirst(c, asked);
      if (fresh) return fresh;
      const isOn = /^\d{1,16}$/.test(version) && (await useMailDraft(c.var.deps, Number(version), changeOf(c, place)));
      if (isOn) return c.redirect(place.next, 303);
      await recordRefused(c, 'write.refused', { by: place.by(c), facts: { because: 'draft-changed', path: c.req.routePath } });
      return show(c, place, { failed: overtaken }, 409);
    })
    .post('/test', async (c) => {
      const to = place.testsAt(c);
      if (to === null) return errorPageOf(c, 'not-found');
      const tried = await tryMail(c.var.deps, to);
      return tried.outcome === 'sent'
        ? c.redirect(`${place.home}?done=mail-tested`, 303)
        : show(c, place, { failed: tried }, 422);
    });

const overtaken: FailedTest = {
  because: 'It was not switched on: somebody saved other values meanwhile, which have to be tested first.',
  said: null,
};

const changeOf = (c: Ctx, place: MailPlace): MailChange => ({ by: place.by(c), now: c.var.now, trace: c.var.trace });

const show = async (c: Ctx, place: MailPlace, attempt: MailAttempt, status: 200 | 409 | 422): Promise<Response> =>
  page(c, await place.frame(c, 'Mail', await mailConfigShown(c, place, attempt)), status);

async function refuse(c: Ctx, because: string, as: 'not-allowed'): Promise<Response> {
  await recordRefused(c, 'write.refused', { facts: { because, path: c.req.routePath } });
  return errorPageOf(c, as);
}
