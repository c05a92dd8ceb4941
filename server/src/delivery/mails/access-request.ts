import { REASON_LENGTH, type Why } from '@doorstep/shared/access-request';
import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import {
  aside,
  button,
  facts as factTable,
  foreign,
  type House,
  type Mail,
  mailPage,
  paragraph,
  quotation,
  quoted,
  textOf,
} from './layout.ts';
import { manyLines, plainName } from './plain.ts';

export type AccessRequestMail = {
  requestId: string;
  who: { name: string | null; address: string | null; addressIsTrusted: boolean; guestOf: string | null };
  why: Why;
  invitedAddress: string | null;
  reason: string | null;
  /** The workspace's own question as it was asked, with its answer. */
  question: string | null;
  answer: string | null;
  askedAt: Millis;
};

/** To one administrator. */
export const accessRequestMail = (house: House, request: AccessRequestMail): Mail =>
  mailAbout(house, request, 'asks to come in', whatToDo);

/** To one administrator, when nobody has answered in the time that is set. */
export const requestUnansweredMail = (house: House, request: AccessRequestMail): Mail =>
  mailAbout(house, request, 'still waits for an answer', whatIsLate);

function mailAbout(house: House, request: AccessRequestMail, doesWhat: string, next: string): Mail {
  const who = plainName(request.who.name || request.who.address || 'Somebody');
  const subject = `${who} ${doesWhat} (${plainName(house.workspaceName)})`;
  const mail = {
    house,
    request,
    title: `${who} ${doesWhat}`,
    next,
    url: `${house.publicUrl}/admin/requests/${request.requestId}`,
  };
  return { subject, text: inText(mail), html: inHtml(mail, subject) };
}

type Draft = { house: House; request: AccessRequestMail; title: string; next: string; url: string };
const whatToDo = 'Nobody has answered yet. The first administrator who does decides for all.';
const whatIsLate =
  'No administrator has answered so far. The first one who does decides for all; you get no further mail about it.';
const whatOpens = 'Opening the page changes nothing. Approve or deny there, or in the Doorstep button of your browser.';
const whySent = (house: House) => `You get this because you administer ${plainName(house.workspaceName)}.`;

const factsOf = ({ who, why, invitedAddress, askedAt }: AccessRequestMail): [string, string][] => [
  ['Account', account(who)],
  ['Since', inUtc(askedAt)],
  ['Invitation', aboutInvitation(why, invitedAddress && plainName(invitedAddress, 254))],
];

/** An address that nothing vouches for is what the account says, no more (DESIGN.md, trusted addresses). */
function account({ address, addressIsTrusted, guestOf }: AccessRequestMail['who']): string {
  const home = guestOf ? `a guest of ${plainName(guestOf)}` : 'of your own tenant';
  if (!address) return `without an address, ${home}`;
  return `${addressIsTrusted ? '' : 'says '}${plainName(address, 254)}, ${home}`;
}

function aboutInvitation(why: Why, invited: string | null): string {
  switch (why) {
    case 'no-invitation':
      return 'none was used';
    case 'address-not-proven':
      return 'one for this address, but nothing proves that the account has it';
    case 'other-account':
      return invited ? `the one for ${invited}, another account` : 'one for another account';
    case 'invitation-expired':
      return 'one that has expired; approving renews it';
  }
}

/** The workspace's question with its answer, if there is one. */
const answered = ({ question, answer }: AccessRequestMail) =>
  question && answer ? [{ question: plainName(question, 300), answer: manyLines(answer, REASON_LENGTH) }] : [];

function inText({ house, request, title, next, url }: Draft): string {
  return textOf(
    `${title} (${plainName(house.workspaceName)}).`,
    next,
    request.reason && quoted(manyLines(request.reason, REASON_LENGTH)),
    ...answered(request).map(({ question, answer }) => `${question}\n${quoted(answer)}`),
    factsOf(request)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    `Review the request:\n${url}`,
    whatOpens,
    `-- \n${whySent(house)} No tracking, no pictures.`,
  );
}

function inHtml({ house, request, title, next, url }: Draft, subject: string): string {
  return mailPage({
    house,
    subject,
    title,
    parts: [
      paragraph(next),
      ...(request.reason ? [quotation(foreign(manyLines(request.reason, REASON_LENGTH)))] : []),
      ...answered(request).flatMap(({ question, answer }) => [paragraph(foreign(question)), quotation(foreign(answer))]),
      factTable(factsOf(request).map(([name, value]) => [name, foreign(value)])),
      button('Review the request', url),
      aside(whatOpens),
    ],
    why: html`${foreign(whySent(house))}`,
  });
}
