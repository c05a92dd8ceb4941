import { html } from 'hono/html';
import { newId } from '../store/new-id.ts';
import { aside, foreign, type House, mailPage, paragraph, textOf } from './mails/layout.ts';
import { plainName } from './mails/plain.ts';
import type { RenderedMail } from './transport.ts';

/** The mail that proves a configuration. It never stands in the outbox: it goes straight to the transport that is tried. */
export function testMail(house: House, from: string, to: string): RenderedMail {
  const workspace = plainName(house.workspaceName);
  const id = newId('out');
  const subject = `Test mail of ${workspace}`;
  const what = `It works: mails of ${workspace} (${house.publicUrl}) leave by the way that was just tried, and this is the sender they come from.`;
  const next = 'Go back to the page on which you asked for this mail, and switch it on there.';
  const why = `You get this because somebody who sets up ${workspace} sent a test mail to this address. If that was not you, ignore it.`;
  return {
    id,
    to,
    messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    from: { name: workspace, address: from },
    subject,
    text: textOf('Mail works.', what, next, `-- \n${why}`),
    html: mailPage({
      house,
      subject,
      title: 'Mail works',
      parts: [paragraph(foreign(what)), aside(next)],
      why: html`${foreign(why)}`,
    }),
    headers: { 'Auto-Submitted': 'auto-generated' },
    metadata: { m: id, g: '0' },
  };
}
