import type { Me, Summary } from '@doorstep/shared/me';
import { Hono } from 'hono';
import { type Counted, findSummary, rememberedSummary } from '../../store/summary.ts';
import type { Env } from '../env.ts';
import { summaryShown } from '../shown.ts';
import { answer } from './answer.ts';

/** That something begins to expire is the clock's doing, so it stands beside what was counted. */
const etagOf = ({ etag }: Counted, { expiring }: Summary): string =>
  expiring === null ? etag : `${etag.slice(0, -1)}-${expiring.what}-${expiring.expiresAt}"`;

/** Who calls, and what the badge shows. */
export const me = new Hono<Env>()
  .get('/me', async (c) => {
    const { browser, member } = c.get('browser');
    const { settings, publicUrl } = c.get('deps');
    const body: Me = {
      memberId: member.id,
      name: member.name,
      address: member.address,
      role: member.role,
      workspace: { name: settings.name, publicUrl, invitationDays: settings.invitationDays },
      connectedBrowser: { id: browser.id, connectedAt: browser.connectedAt, expiresAt: browser.endsAt },
    };
    return answer(c, 200, body);
  })
  .get('/summary', async (c) => {
    const counted = rememberedSummary(c.get('deps').store) ?? (await findSummary(c.get('deps').store));
    const { isSetByEnvironment } = c.get('deps');
    const shown = summaryShown(counted, isSetByEnvironment.signOn, c.get('now'));
    const etag = { ETag: etagOf(counted, shown) };
    if (c.req.header('if-none-match') === etag.ETag) return answer(c, 304, null, etag);
    return answer(c, 200, shown, etag);
  });
