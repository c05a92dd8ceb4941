import type { Me } from '@doorstep/shared/me';
import { Hono } from 'hono';
import { findSummary, rememberedSummary } from '../../store/summary.ts';
import { findWorkspaceName } from '../../store/workspace.ts';
import type { Env } from '../env.ts';
import { summaryShown } from '../shown.ts';
import { answer } from './answer.ts';

/** Who calls, and what the badge shows. */
export const me = new Hono<Env>()
  .get('/me', async (c) => {
    const { browser, member } = c.get('browser');
    const body: Me = {
      memberId: member.id,
      name: member.name,
      address: member.address,
      role: member.role,
      workspace: { name: await findWorkspaceName(c.get('deps').store), publicUrl: c.get('deps').publicUrl },
      connectedBrowser: { id: browser.id, connectedAt: browser.connectedAt, expiresAt: browser.endsAt },
    };
    return answer(c, 200, body);
  })
  .get('/summary', async (c) => {
    const counted = rememberedSummary(c.get('deps').store) ?? (await findSummary(c.get('deps').store));
    const etag = { ETag: counted.etag };
    if (c.req.header('if-none-match') === counted.etag) return answer(c, 304, null, etag);
    return answer(c, 200, summaryShown(counted, c.get('now')), etag);
  });
