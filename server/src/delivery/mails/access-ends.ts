import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { button, foreign, type House, type Mail, mailPage, paragraph, textOf } from './layout.ts';
import { plainName } from './plain.ts';

/** `asked`: who was asked whether this person is still needed; null when several were, or nobody. */
export type AccessEndsMail = { accessUntil: Millis; asked: { name: string | null; address: string | null } | null };

/** To whoever loses access in a week. */
export function accessEndsMail(house: House, { accessUntil, asked }: AccessEndsMail): Mail {
  const workspace = plainName(house.workspaceName);
  const title = `Your access to ${workspace} ends soon`;
  const what = `Your access to ${workspace} lasts until ${inUtc(accessUntil)}. After that you cannot come in any more.`;
  const next = `If that is right, nothing is to be done. ${asked ? stays(plainName(asked.name || asked.address || 'Somebody')) : ASK}`;
  const url = `${house.publicUrl}/welcome`;
  const why = `You get this because you are a member of ${workspace}.`;
  return {
    subject: title,
    text: textOf(`${title}.`, what, next, `See your page:\n${url}`, `-- \n${why} No tracking, no pictures.`),
    html: mailPage({
      house,
      subject: title,
      title,
      parts: [paragraph(foreign(what)), paragraph(foreign(next)), button('See your page', url)],
      why: html`${foreign(why)}`,
    }),
  };
}

const ASK = 'If you need it longer, ask one of the administrators.';
const stays = (name: string) => `If you need it longer, tell ${name}, who was asked whether you stay.`;
