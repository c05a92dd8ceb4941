import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { aside, button, foreign, type House, type Mail, mailPage, paragraph, textOf } from './layout.ts';
import { plainName } from './plain.ts';

export type DeclinedMail = { invited: { name: string | null; address: string | null }; sentAt: Millis };

/** To the inviter, after *Not me, thanks*. */
export function declinedMail(house: House, { invited, sentAt }: DeclinedMail): Mail {
  const workspace = plainName(house.workspaceName);
  const who = plainName(invited.name || invited.address || 'Somebody');
  const subject = `${who} declined your invitation to ${workspace}`;
  const url = `${house.publicUrl}/admin/invitations`;
  const address = invited.name && invited.address ? ` (${plainName(invited.address, 254)})` : '';
  const what = `${who}${address} pressed “Not me, thanks” on the invitation of ${inUtc(sentAt)}. It cannot be used any more.`;
  const next = 'If it went to the wrong address, invite the right one.';
  const why = `You get this because you sent the invitation to ${workspace}.`;
  return {
    subject,
    text: textOf(`${subject}.`, what, next, `See the invitations:\n${url}`, `-- \n${why} No tracking, no pictures.`),
    html: mailPage({
      house,
      subject,
      title: `${who} declined your invitation`,
      parts: [paragraph(foreign(what)), button('See the invitations', url), aside(next)],
      why: html`${foreign(why)}`,
    }),
  };
}
