import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { mailboxPage, mailPage, noSuchMailPage } from './pages/mailbox-pages.ts';
import type { TenantState } from './tenant-state.ts';

/** A mail program for every address at once: pages for people, JSON for tests. */
export function mailboxRoutes(state: TenantState): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const newestFirst = (to: string | undefined) =>
    state.mails.filter((mail) => !to || mail.to.toLowerCase().includes(to.toLowerCase())).reverse();
  const find = (id: string) => state.mails.find((mail) => mail.messageId === id);

  app.get('/mailbox', (c) => c.html(mailboxPage(newestFirst(c.req.query('to')), c.req.query('to'))));
  app.get('/mailbox.json', (c) => c.json(newestFirst(c.req.query('to'))));

  app.get('/mailbox/:id', (c) => {
    const mail = find(c.req.param('id'));
    return mail ? c.html(mailPage(mail)) : c.html(noSuchMailPage(), 404);
  });

  // The frame forbids scripts; so does this, for whoever opens the part by itself.
  app.get('/mailbox/:id/html', (c) => {
    const mail = find(c.req.param('id'));
    if (!mail) return c.html(noSuchMailPage(), 404);
    c.header(
      'content-security-policy',
      "default-src 'none'; img-src data: https:; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox",
    );
    return c.html(linksOpenOutside(mail.htmlBody));
  });

  return app;
}

/** A link inside the frame would otherwise load in it, where the workspace's pages refuse to be framed. */
function linksOpenOutside(htmlBody: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(htmlBody) ? htmlBody.replace(/<head[^>]*>/i, (head) => head + base) : base + htmlBody;
}
