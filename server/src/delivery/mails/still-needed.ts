import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { aside, button, foreign, type House, type Mail, mailPage, paragraph, textOf } from './layout.ts';
import { plainName } from './plain.ts';

/** `isOwn`: the reader is the sponsor or inviter; otherwise that one administers no more, and all administrators are asked. */
export type StillNeededMail = {
  who: { memberId: string; name: string | null; address: string | null };
  isGuest: boolean;
  accessUntil: Millis;
  isOwn: boolean;
};

/** To one administrator, a week ahead. */
export function stillNeededMail(house: House, { who, isGuest, accessUntil, isOwn }: StillNeededMail): Mail {
  const workspace = plainName(house.workspaceName);
  const name = plainName(who.name || who.address || 'Somebody');
  const address = who.name && who.address ? ` (${plainName(who.address, 254)})` : '';
  const title = `Is ${name} still needed?`;
  const subject = `${title} (${workspace})`;
  const what = `${name}${address} is ${isGuest ? 'a guest' : 'a member'} of ${workspace}. The access ends on ${inUtc(accessUntil)}.`;
  const url = `${house.publicUrl}/admin/users/${encodeURIComponent(who.memberId)}/renew`;
  const why = isOwn
    ? `You get this because ${name} came by an invitation of yours, or is a guest of yours.`
    : `You get this because whoever answered for ${name} does not administer ${workspace} any more. All administrators got it.`;
  return {
    subject,
    text: textOf(title, what, NEXT, `Renew or end the access:\n${url}`, `-- \n${why} No tracking, no pictures.`),
    html: mailPage({
      house,
      subject,
      title,
      parts: [
        paragraph(foreign(what)),
        paragraph(NEXT),
        button('Renew or end the access', url),
        aside('Opening the page changes nothing.'),
      ],
      why: html`${foreign(why)}`,
    }),
  };
}

const NEXT = 'Still needed? Renew it by one press. Not needed? Do nothing, and it ends by itself.';
