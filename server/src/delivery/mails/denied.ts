import { REASON_LENGTH } from '@doorstep/shared/access-request';
import { html } from 'hono/html';
import {
  aside,
  bold,
  foreign,
  type House,
  hairline,
  type Mail,
  mailPage,
  paragraph,
  quotation,
  quoted,
  textOf,
} from './layout.ts';
import { manyLines, plainName } from './plain.ts';

export type DeniedMail = { reason: string | null };

/** To the person who asked. There is nothing to press: asking again waits for a week. */
export function deniedMail(house: House, { reason }: DeniedMail): Mail {
  const workspace = plainName(house.workspaceName);
  const subject = `Your request was not approved: ${workspace}`;
  const opening = `An administrator of ${workspace} did not approve your request to come in.`;
  const words = reason ? manyLines(reason, REASON_LENGTH) : '';
  const next = 'If you think that this is a mistake, talk to the people who run it.';
  const unexpected = 'Ignore this mail and nothing happens.';
  const why = 'You get this because somebody asked to come in with your account.';
  return {
    subject,
    text: textOf(opening, words && quoted(words), next, `Not expected? ${unexpected}`, `-- \n${why} No tracking, no pictures.`),
    html: mailPage({
      house,
      subject,
      title: 'Your request was not approved',
      parts: [
        paragraph(foreign(opening)),
        ...(words ? [quotation(words)] : []),
        paragraph(next),
        hairline(),
        aside(html`${bold('Not expected?')} ${unexpected}`),
      ],
      why: html`${why}`,
    }),
  };
}
