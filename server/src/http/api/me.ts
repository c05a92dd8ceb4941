import type { Me } from '@doorstep/shared/me';
import { Hono } from 'hono';
import { findSummary, rememberedSummary } from '../../store/summary.ts';
import { findWorkspaceName } from '../../store/workspace.ts';
import type { Env } from '../env.ts';
import { summaryShown } from '../shown.ts';

/** Who calls, and what the badge shows. */
export const me = new Hono<Env>()
  .get('/me', async (c) => {
    const { browser, member } = c.var.browser;
    const body: Me = {
      memberId: member.id,
      name: member.name,
      address: member.address,
      role: member.role,
      workspace: { name: await findWorkspaceName(c.var.deps.store), publicUrl: c.var.deps.publicUrl },
      connectedBrowser: { id: browser.id, connectedAt: browser.connectedAt, expiresAt: browser.endsAt },
    };
    return c.json(body);
  })
  .get('/summary', async (c) => {
    const counted = rememberedSummary(c.var.deps.store) ?? (await findSummary(c.var.deps.store));
    c.header('ETag', counted.etag);
    if (c.req.header('if-none-match') === counted.etag) return c.body(null, 304);
    return c.json(summaryShown(counted, c.var.now));
  });
