import { inUtc } from '@doorstep/shared/exact-time';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { aside, button, foreign, type House, type Mail, mailPage, paragraph, textOf } from './layout.ts';
import { plainName } from './plain.ts';

export type AdministratorProposedMail = {
  person: { id: string; name: string | null; address: string | null };
  byName: string | null;
  proposedAt: Millis;
};

/** To one administrator other than who proposed. */
export function administratorProposedMail(house: House, { person, byName, proposedAt }: AdministratorProposedMail): Mail {
  const workspace = plainName(house.workspaceName);
  const name = plainName(person.name || person.address || 'Somebody');
  const address = person.name && person.address ? ` (${plainName(person.address, 254)})` : '';
  const title = `Shall ${name} become an administrator?`;
  const subject = `${title} (${workspace})`;
  const by = plainName(byName || 'An administrator');
  const what = `${by} proposed ${name}${address} as administrator of ${workspace} on ${inUtc(proposedAt)}.`;
  const url = `${house.publicUrl}/admin/users/${encodeURIComponent(person.id)}`;
  const why = `You get this because you administer ${workspace}, where new administrators need two approvals.`;
  return {
    subject,
    text: textOf(title, what, NEXT, `Confirm or turn down:\n${url}`, OPENS, `-- \n${why} No tracking, no pictures.`),
    html: mailPage({
      house,
      subject,
      title,
      parts: [paragraph(foreign(what)), paragraph(NEXT), button('Confirm or turn down', url), aside(OPENS)],
      why: html`${foreign(why)}`,
    }),
  };
}

const NEXT = 'Until a second administrator confirms it, the person stays what they are. You can confirm it or turn it down.';
const OPENS = 'Opening the page changes nothing.';
