import type { MemberId } from '@doorstep/shared/ids';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { openMail } from '../../../actions/open-mail.ts';
import type { Mailbox, RenderedMail } from '../../../delivery/transport.ts';
import { findMails, type ListedMail } from '../../../store/outbox-reads.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { adminLayout } from '../../views/layout.ts';
import { type MailLine, mailList, mailPage } from '../../views/mail.ts';
import { errorPageOf } from '../error-pages.ts';
import { mailConfig } from '../mail-config.ts';
import { type MailPlace, mailConfigShown } from '../mail-shown.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage, ENTRIES } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { mailFrame } from './mail-frame.ts';

const MAIL = '/admin/mail';

const place: MailPlace = {
  home: MAIL,
  isSetUp: false,
  next: `${MAIL}?done=mail-switched-on`,
  by: (c) => memberOf(c).id,
  testsAt: (c) => memberOf(c).address,
  freshFirst: (c, asked) =>
    isFreshlySignedIn(c) ? null : freshSignInFirst(c, { about: null, room: 'mail', back: MAIL, ...asked }),
  frame: async (c, title, content) =>
    adminLayout(
      await adminShellOf(c),
      'mail',
      title,
      '',
      html`<div class="cols"><div class="aside">${content}</div></div>${await mailsShown(c)}`,
    ),
};

/** How mails leave, and what became of each. What a mail says is shown only with the transport `preview`, and that is audited. */
export const mail = new Hono<Env>()
  .get('/', async (c) => page(c, await place.frame(c, 'Mail', await mailConfigShown(c, place))))
  .route('/', mailConfig(place))
  .get('/:id', async (c) => {
    const { deps, trace, now } = c.var;
    const opened = await openMail(deps, memberOf(c).id as MemberId, c.req.param('id'), trace, now);
    if (opened.outcome === 'not-found') return errorPageOf(c, 'not-found');
    if (opened.outcome === 'not-written') {
      return conflictPage(c, 'This mail cannot be written', opened.because, { href: MAIL, text: 'See the mails' });
    }
    const { id, subject, text } = opened.mail;
    return page(c, mailPage({ ...(await adminShellOf(c)), mail: { id, subject, text, headers: headersOf(opened.mail) } }));
  })
  .route('/', mailFrame);

async function mailsShown(c: Ctx) {
  const { deps, now } = c.var;
  const cursor = c.req.query('cursor') || null;
  const { items, nextCursor } = await findMails(deps.store, { limit: ENTRIES, cursor: cursor ?? undefined });
  return mailList({ mails: { items: items.map(lineOf), nextCursor }, cursor, opens: deps.transport.name === 'preview', now });
}

/** The list renders nothing: it names the kind, the subject stands in the mail itself. */
const lineOf = (mail: ListedMail): MailLine => ({
  id: mail.id,
  to: mail.to,
  subject: kinds[mail.kind],
  at: mail.settledAt ?? mail.createdAt,
  state: mail.state,
  because: mail.because,
});

const kinds: Record<ListedMail['kind'], string> = {
  invitation: 'Invitation',
  'access-request': 'Access request, to an administrator',
  approved: 'Access request approved',
  denied: 'Access request denied',
  declined: 'Invitation declined, to the inviter',
  'directory-alert': 'Directory alert, to an administrator',
  'token-expires': 'Provisioning token ends soon, to an administrator',
  'credential-expires': 'Secret or certificate ends soon, to an administrator',
  'sign-on-alert': 'Single sign-on alert, to an administrator',
  'guest-code': 'Code for a guest',
  'invitation-reminder': 'Reminder of an invitation',
  'access-ends': 'Access ends soon',
  'still-needed': 'Is a guest still needed, to the sponsor',
  'request-unanswered': 'Access request still unanswered, to an administrator',
  'requests-digest': 'Access requests in one mail, to an administrator',
  'administrator-proposed': 'New administrator proposed, to an administrator',
};

const headersOf = ({ from, to, replyTo, subject, messageId }: RenderedMail): [name: string, value: string][] => [
  ['From', written(from)],
  ['To', to],
  ...(replyTo ? [['Reply-To', written(replyTo)] as [string, string]] : []),
  ['Subject', subject],
  ['Message-ID', messageId],
];

const written = ({ name, address }: Mailbox): string => `${name} <${address}>`;
