import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { aside, bold, button, foreign, type House, hostOf, type Mail, mailPage, paragraph, textOf } from './layout.ts';
import { plainName } from './plain.ts';

export type InvitationReminderMail = {
  invitationId: string;
  /** The same as in the invitation's own mail. */
  key: string;
  /** `address` is where replies go. */
  inviter: { name: string | null; address: string | null } | null;
  expiresAt: Millis;
};

/** To whom an invitation was sent and who has not used it, a day before it ends. */
export function invitationReminderMail(house: House, { invitationId, key, inviter, expiresAt }: InvitationReminderMail): Mail {
  const workspace = plainName(house.workspaceName);
  const who = inviter && plainName(inviter.name || inviter.address || 'Somebody');
  const subject = `Your invitation to ${workspace} ends soon`;
  const what = `${who ? `${who} has invited you` : 'You are invited'} to ${workspace}.`;
  const until = inUtc(expiresAt);
  const url = `${house.publicUrl}/join/${invitationId}?key=${key}`;
  const why = `Sent once by ${workspace}, a day before the invitation ends.${who && inviter?.address ? ` Replies go to ${who}.` : ''}`;
  return {
    subject,
    text: textOf(
      `${subject}.`,
      `${what} The invitation is good until ${until}.`,
      `Accept the invitation:\n${url}`,
      IGNORE,
      `-- \n${why} No tracking, no pictures.`,
    ),
    html: mailPage({
      house,
      subject,
      title: subject,
      parts: [
        paragraph(html`${foreign(what)} The invitation is good until ${bold(until)}.`),
        button('Accept the invitation', url),
        paragraph(html`The button opens ${bold(hostOf(house.publicUrl))}.`),
        aside(IGNORE),
      ],
      why: html`${foreign(why)}`,
    }),
  };
}

const IGNORE = 'Not expected, or not wanted? Ignore this mail and nothing happens.';
