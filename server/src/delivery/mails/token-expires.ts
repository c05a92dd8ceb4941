import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { aside, button, foreign, type House, type Mail, mailPage, paragraph, textOf } from './layout.ts';
import { plainName } from './plain.ts';

/** `hasOther`: a token that lives longer is there already. */
export type TokenExpiresMail = { name: string; expiresAt: Millis; hasOther: boolean };

/** To one administrator, 30, 14, 7 and 1 days ahead. */
export function tokenExpiresMail(house: House, { name, expiresAt, hasOther }: TokenExpiresMail): Mail {
  const workspace = plainName(house.workspaceName);
  const title = 'A provisioning token ends soon';
  const subject = `${title} (${workspace})`;
  const what = `The token “${plainName(name)}”, by which your identity provider writes people and groups, works until ${inUtc(expiresAt)}.`;
  const next = hasOther ? another : none;
  const url = `${house.publicUrl}/admin/single-sign-on`;
  const why = `You get this because you administer ${workspace}.`;
  return {
    subject,
    text: textOf(`${title} (${workspace}).`, what, next, `See the tokens:\n${url}`, `-- \n${why} No tracking, no pictures.`),
    html: mailPage({
      house,
      subject,
      title,
      parts: [
        paragraph(foreign(what)),
        paragraph(next),
        button('See the tokens', url),
        aside('Opening the page changes nothing.'),
      ],
      why: html`${foreign(why)}`,
    }),
  };
}

const another = 'Another token works longer. If your identity provider uses that one, nothing is to be done.';
const none =
  'Make a new one and put it into your identity provider; until the old one ends, both work. Without a token, who leaves the organization keeps their access here, unless Microsoft Graph says so or you suspend them.';
