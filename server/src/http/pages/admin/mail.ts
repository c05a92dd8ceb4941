import type { MemberId } from '@doorstep/shared/ids';
import { Hono } from 'hono';
import { openMail } from '../../../actions/open-mail.ts';
import type { Mailbox, RenderedMail } from '../../../delivery/transport.ts';
import { findMails, type ListedMail } from '../../../store/outbox-reads.ts';
import type { Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { type MailLine, mailPage, mailsPage } from '../../views/mail.ts';
import { errorPageOf } from '../error-pages.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage, ENTRIES } from './admin-page.ts';
import { mailFrame } from './mail-frame.ts';

/** Only with the transport `preview`: what would have left, rendered when opened, which is audited. */
export const mail = new Hono<Env>()
  .use(async (c, next) => (c.var.deps.transport.name === 'preview' ? next() : errorPageOf(c, 'not-found')))
  .get('/', async (c) => {
    const cursor = c.req.query('cursor') || null;
    const { items, nextCursor } = await findMails(c.var.deps.store, { limit: ENTRIES, cursor: cursor ?? undefined });
    return page(c, mailsPage({ ...(await adminShellOf(c)), mails: { items: items.map(lineOf), nextCursor }, cursor }));
  })
  .get('/:id', async (c) => {
    const { deps, trace, now } = c.var;
    const opened = await openMail(deps, memberOf(c).id as MemberId, c.req.param('id'), trace, now);
    if (opened.outcome === 'not-found') return errorPageOf(c, 'not-found');
    if (opened.outcome === 'not-written') {
      return conflictPage(c, 'This mail cannot be written', opened.because, { href: '/admin/mail', text: 'See the mails' });
    }
    const { id, subject, text } = opened.mail;
    return page(c, mailPage({ ...(await adminShellOf(c)), mail: { id, subject, text, headers: headersOf(opened.mail) } }));
  })
  .route('/', mailFrame);

/** The list renders nothing: it names the kind, the subject stands in the mail itself. */
const lineOf = (mail: ListedMail): MailLine => ({
  id: mail.id,
  to: mail.to ?? 'nobody: no address is known',
  subject: kinds[mail.kind],
  at: mail.createdAt,
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
