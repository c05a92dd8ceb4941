import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { CredentialKind } from '../../store/configuration-schema.ts';
import { aside, button, foreign, type House, type Mail, mailPage, paragraph, textOf } from './layout.ts';
import { plainName } from './plain.ts';

/** `isSetByEnvironment`: the secret is a variable of the server. */
export type CredentialExpiresMail = { what: CredentialKind; expiresAt: Millis; isSetByEnvironment: boolean };

/** To one administrator, 30, 14, 7 and 1 days ahead. */
export function credentialExpiresMail(house: House, { what, expiresAt, isSetByEnvironment }: CredentialExpiresMail): Mail {
  const workspace = plainName(house.workspaceName);
  const thing = what === 'secret' ? 'client secret' : 'certificate';
  const title = `The ${thing} of the sign-in expires soon`;
  const subject = `${title} (${workspace})`;
  const until = `The ${thing}, by which ${workspace} shows Microsoft who it is, works until ${inUtc(expiresAt)}. After that nobody signs in with Microsoft, and the directory is not read any more.`;
  const next = isSetByEnvironment ? inEnvironment : onPage[what];
  const url = `${house.publicUrl}/admin/single-sign-on`;
  const why = `You get this because you administer ${workspace}.`;
  return {
    subject,
    text: textOf(`${title} (${workspace}).`, until, next, `See single sign-on:\n${url}`, `-- \n${why} No tracking, no pictures.`),
    html: mailPage({
      house,
      subject,
      title,
      parts: [
        paragraph(foreign(until)),
        paragraph(next),
        button('See single sign-on', url),
        aside('Opening the page changes nothing.'),
      ],
      why: html`${foreign(why)}`,
    }),
  };
}

const onPage: Record<CredentialKind, string> = {
  secret: 'Make a new secret in Microsoft Entra, add it on the page and test it there. Until the old one ends, both work.',
  certificate: 'Add a new certificate on the page, upload it to Microsoft Entra and test it. Until the old one ends, both work.',
};
const inEnvironment =
  'Make a new secret in Microsoft Entra and put it into DOORSTEP_OIDC_CLIENT_SECRET of the server. Then write its date on the page, so that you are told in time again.';
