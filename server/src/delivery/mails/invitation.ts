import { inUtc } from '@doorstep/shared/exact-time';
import { NOTE_LENGTH } from '@doorstep/shared/invitation-batch';
import type { Role } from '@doorstep/shared/member';
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
  link,
  type Mail,
  mailPage,
  paragraph,
  quotation,
  quoted,
  textOf,
  typed,
} from './layout.ts';
import { manyLines, plainName } from './plain.ts';

export type InvitationMail = {
  invitationId: string;
  /** 30 characters; `shownId` and `shownKey` are the same for people who type. */
  key: string;
  shownId: string;
  shownKey: string;
  name: string | null;
  /** `address` is where replies go. */
  inviter: { name: string | null; address: string | null } | null;
  note: string | null;
  role: Role;
  expiresAt: Millis;
  accessUntil: Millis | null;
  /** Comes in by a mailed code. */
  isForGuest: boolean;
};

export function invitationMail(house: House, facts: InvitationMail): Mail {
  const workspace = plainName(house.workspaceName);
  const inviter = facts.inviter && inviterName(facts.inviter);
  const subject = inviter ? `${inviter} invites you to ${workspace}` : `You are invited to ${workspace}`;
  return { subject, text: inText(house, facts, subject), html: inHtml(house, facts, subject) };
}

const joinUrl = ({ publicUrl }: House, { invitationId, key }: InvitationMail) => `${publicUrl}/join/${invitationId}?key=${key}`;
const greeting = ({ name }: InvitationMail) => `Hello${name ? ` ${plainName(name)}` : ''}, this is your way in.`;
/** Two lines of groups, so that a telephone shows them whole. */
const inLines = (groups: string): string[] => [groups.split(' ').slice(0, 3).join(' '), groups.split(' ').slice(3).join(' ')];
const noteOf = ({ note }: InvitationMail) => (note ? manyLines(note, NOTE_LENGTH) : '');
const whatHappens = ({ isForGuest }: InvitationMail): string =>
  isForGuest
    ? 'We mail you a six-digit code, you type it, and you are in: no password.'
    : 'You sign in with your Microsoft account, and you are in.';

function whatYouGet({ role, accessUntil }: InvitationMail): string {
  const asWhat = role === 'administrator' ? 'You will be an administrator.' : '';
  const until = accessUntil ? `Your access then lasts until ${inUtc(accessUntil)}.` : '';
  return [asWhat, until].filter(Boolean).join(' ');
}

function whySent(workspace: string, { inviter }: InvitationMail): string {
  if (!inviter) return `Sent by ${workspace} because one of its administrators asked for it.`;
  const who = inviterName(inviter);
  if (!inviter.address) return `Sent by ${workspace} because ${who} asked for it.`;
  const address = inviter.name ? ` (${plainName(inviter.address, 254)})` : '';
  return `Sent by ${workspace} because ${who}${address} asked for it; replies go to ${who}.`;
}

const inviterName = (inviter: NonNullable<InvitationMail['inviter']>) => plainName(inviter.name || inviter.address || 'Somebody');

function inText(house: House, facts: InvitationMail, subject: string): string {
  const note = noteOf(facts);
  return textOf(
    greeting(facts),
    `${subject}.`,
    note && quoted(note),
    `Accept the invitation:\n${joinUrl(house, facts)}`,
    `${whatHappens(facts)} The invitation is good until ${inUtc(facts.expiresAt)}. ${whatYouGet(facts)}`.trim(),
    `Or go to ${house.publicUrl}/join and type these two. Case and spaces do not matter.`,
    `Invitation ID: ${facts.shownId}\nKey: ${facts.shownKey}`,
    'Not expected? Ignore this mail and nothing happens.',
    `-- \n${whySent(plainName(house.workspaceName), facts)} No tracking, no pictures.`,
  );
}

function inHtml(house: House, facts: InvitationMail, subject: string): string {
  const note = noteOf(facts);
  return mailPage({
    house,
    subject,
    title: subject,
    parts: [
      paragraph(foreign(greeting(facts))),
      ...(note ? [quotation(note)] : []),
      button('Accept the invitation', joinUrl(house, facts)),
      paragraph(
        html`The button opens ${bold(hostOf(house.publicUrl))}. ${whatHappens(facts)} The invitation is good until ${bold(inUtc(facts.expiresAt))}. ${whatYouGet(facts)}`,
      ),
      aside(
        html`Or go to ${link(`${hostOf(house.publicUrl)}/join`, `${house.publicUrl}/join`)} and type these two. Case and spaces do not matter.`,
      ),
      typed([
        { label: 'Invitation ID', lines: inLines(facts.shownId), isMain: false },
        { label: 'Key', lines: inLines(facts.shownKey), isMain: true },
      ]),
      hairline(),
      aside(html`${bold('Not expected?')} Ignore this mail and nothing happens.`),
    ],
    why: html`${foreign(whySent(plainName(house.workspaceName), facts))}`,
  });
}
