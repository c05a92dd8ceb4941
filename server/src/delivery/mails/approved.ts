import { REASON_LENGTH } from '@doorstep/shared/access-request';
import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import {
  aside,
  bold,
  button,
  foreign,
  type House,
  hairline,
  hostOf,
  type Mail,
  mailPage,
  paragraph,
  quotation,
  quoted,
  textOf,
} from './layout.ts';
import { manyLines, plainName } from './plain.ts';

/** `comeBefore`: when the invitation that the approval made ends. */
export type ApprovedMail = { reason: string | null; comeBefore: Millis | null; isGuest: boolean };

/** To the person who asked. */
export function approvedMail(house: House, { reason, comeBefore, isGuest }: ApprovedMail): Mail {
  const workspace = plainName(house.workspaceName);
  const subject = `You can come in: ${workspace}`;
  const url = `${house.publicUrl}${isGuest ? '/guest' : '/sign-in'}`;
  const how = isGuest
    ? 'Type this address there; we mail you a code, and you are in.'
    : 'Sign in with the account you asked with, and you are in.';
  const opening = `An administrator of ${workspace} approved your request.`;
  const words = reason ? manyLines(reason, REASON_LENGTH) : '';
  const until = comeBefore ? `Come in before ${inUtc(comeBefore)}; after that, ask again.` : '';
  const unexpected = 'Ignore this mail and nothing happens.';
  const why = `You get this because somebody asked to come in with your ${isGuest ? 'address' : 'account'}.`;
  return {
    subject,
    text: textOf(
      opening,
      words && quoted(words),
      `Come in:\n${url}`,
      `${how} ${until}`.trim(),
      `Not expected? ${unexpected}`,
      `-- \n${why} No tracking, no pictures.`,
    ),
    html: mailPage({
      house,
      subject,
      title: `You can come in`,
      parts: [
        paragraph(foreign(opening)),
        ...(words ? [quotation(words)] : []),
        button('Come in', url),
        paragraph(html`The button opens ${bold(hostOf(house.publicUrl))}. ${how} ${until}`),
        hairline(),
        aside(html`${bold('Not expected?')} ${unexpected}`),
      ],
      why: html`${why}`,
    }),
  };
}
