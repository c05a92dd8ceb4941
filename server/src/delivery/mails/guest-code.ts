import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { aside, bold, foreign, type House, hairline, hostOf, type Mail, mailPage, paragraph, textOf, typed } from './layout.ts';
import { plainName } from './plain.ts';

/** `shownCode`: in two groups of three. The mail carries no link: what is typed where it was asked for cannot be led astray. */
export type GuestCodeMail = { shownCode: string; endsAt: Millis };

/** To a guest who signs in. The subject keeps the code to itself: it stands on locked screens and in lists. */
export function guestCodeMail(house: House, { shownCode, endsAt }: GuestCodeMail): Mail {
  const workspace = plainName(house.workspaceName);
  const host = hostOf(house.publicUrl);
  const subject = `Your code for ${workspace}`;
  const opening = `Somebody, we hope you, is signing in to ${workspace} with this address.`;
  const until = `It works once, in the browser that asked for it, for 10 minutes: until ${inUtc(endsAt)}.`;
  const secret = `Nobody of ${workspace} will ever ask you for it.`;
  const unexpected = 'Ignore this mail: nobody gets in without this code.';
  const why = `Sent by ${workspace} because a code was asked for at ${host}.`;
  return {
    subject,
    text: textOf(
      opening,
      `Your code: ${shownCode}`,
      `Type it on the page of ${host} that waits for it. ${until} ${secret}`,
      `Not you? ${unexpected}`,
      `-- \n${why} No tracking, no pictures.`,
    ),
    html: mailPage({
      house,
      subject,
      title: subject,
      parts: [
        paragraph(foreign(opening)),
        paragraph(html`Type this code on the page of ${bold(host)} that waits for it:`),
        typed([{ label: 'Code', lines: [shownCode], isMain: true }]),
        hairline(),
        aside(foreign(until)),
        aside(foreign(secret)),
        aside(html`${bold('Not you?')} ${unexpected}`),
      ],
      why: html`${foreign(why)}`,
    }),
  };
}
