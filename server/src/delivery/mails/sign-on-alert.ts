import { html } from 'hono/html';
import { whyRefused } from '../../store/credential-trouble.ts';
import { aside, button, foreign, type House, type Mail, mailPage, paragraph, textOf } from './layout.ts';
import { plainName } from './plain.ts';

/** `code`: the number of the AADSTS message or the error's name; `hasOther`: people still sign in by another secret or certificate. */
export type SignOnAlertMail = {
  code: string;
  credential: 'secret' | 'certificate';
  isSetByEnvironment: boolean;
  hasOther: boolean;
};

/** To one administrator, once: Microsoft refuses what the application proves itself by (ENT-79). */
export function signOnAlertMail(house: House, alert: SignOnAlertMail): Mail {
  const workspace = plainName(house.workspaceName);
  const thing = alert.credential === 'secret' ? 'client secret' : 'certificate';
  const title = alert.hasOther ? `A ${thing} is refused by Microsoft` : 'Nobody can sign in any more';
  const subject = `${title} (${workspace})`;
  const because = whyRefused(alert.code);
  const what = `Microsoft refuses the ${thing} of this workspace: ${because}. ${alert.hasOther ? other : none}`;
  const next = alert.isSetByEnvironment ? byEnvironment : byPage;
  const url = `${house.publicUrl}/admin/single-sign-on/configure`;
  const why = `You get this because you administer ${workspace}.`;
  return {
    subject,
    text: textOf(`${title} (${workspace}).`, what, next, `See it:\n${url}`, `-- \n${why} No tracking, no pictures.`),
    html: mailPage({
      house,
      subject,
      title,
      parts: [paragraph(foreign(what)), paragraph(next), button('See it', url), aside('Opening the page changes nothing.')],
      why: html`${foreign(why)}`,
    }),
  };
}

const other = 'People still sign in by the other one.';
const none = 'Who is signed in stays so until the session ends.';
const byPage =
  'Make a new client secret in Azure (App registrations, your application, Certificates & secrets), add it on the page and test it. You need to be signed in still, or be on the break-glass list.';
const byEnvironment =
  'Make a new client secret in Azure (App registrations, your application, Certificates & secrets), put it into DOORSTEP_OIDC_CLIENT_SECRET and start the server again.';
