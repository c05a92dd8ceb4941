import { html } from 'hono/html';
import { aside, button, foreign, type House, type Mail, mailPage, paragraph, quotation, textOf } from './layout.ts';
import { plainName } from './plain.ts';

/** `waiting`: how many wait in all; `named`: the first of those that no mail has named. */
export type RequestsDigestMail = { waiting: number; named: { name: string | null; address: string | null }[] };

/** To one administrator, in place of single mails when more come than anybody reads. */
export function requestsDigestMail(house: House, { waiting, named }: RequestsDigestMail): Mail {
  const workspace = plainName(house.workspaceName);
  const title = `${new Intl.NumberFormat('en').format(waiting)} ${waiting === 1 ? 'person is' : 'people are'} waiting`;
  const subject = `${title} (${workspace})`;
  const url = `${house.publicUrl}/admin/requests`;
  const why = `You get this because you administer ${workspace}.`;
  const others = waiting - named.length;
  const lines = [...named.map(lineOf), ...(named.length > 0 && others > 0 ? [`and ${others} more`] : [])].join('\n');
  return {
    subject,
    text: textOf(
      `${title} (${workspace}).`,
      what,
      lines,
      `See who is waiting:\n${url}`,
      opens,
      `-- \n${why} No tracking, no pictures.`,
    ),
    html: mailPage({
      house,
      subject,
      title,
      parts: [
        paragraph(what),
        ...(lines === '' ? [] : [quotation(foreign(lines))]),
        button('See who is waiting', url),
        aside(opens),
      ],
      why: html`${foreign(why)}`,
    }),
  };
}

const lineOf = ({ name, address }: RequestsDigestMail['named'][number]): string =>
  plainName(name || address || 'Somebody') + (name && address ? ` (${plainName(address, 254)})` : '');

const what = 'More people asked to come in than single mails would be read, so this is one mail about all of them.';
const opens = 'Opening the page changes nothing. Many requests can be answered there at once.';
