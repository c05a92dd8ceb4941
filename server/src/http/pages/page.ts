import { findWorkspaceName, rememberedWorkspaceName } from '../../store/workspace.ts';
import type { Ctx } from '../env.ts';
import type { Html, Shell } from '../views/layout.ts';

/** What every page needs. */
export const shellOf = async (c: Ctx): Promise<Shell> => shellNamed(c, await findWorkspaceName(c.var.deps.store));

/** The same without asking the database: for pages that say that something is wrong with it. */
export const shellInTrouble = (c: Ctx): Shell => shellNamed(c, rememberedWorkspaceName(c.var.deps.store));

/** The nonce is that of this answer's Content-Security-Policy. */
const shellNamed = (c: Ctx, workspaceName: string): Shell => ({
  workspaceName,
  nonce: (c.get('secureHeadersNonce' as never) as string | undefined) ?? '',
  now: c.var.now,
});

/**
 * Inside the window of `/connect/authorize` every page answers 200: Chromium closes that window on any 4xx or 5xx, and the person would see
 * nothing (CONTRACT.md, 6).
 */
export const page = (
  c: Ctx,
  html: Html,
  status: 200 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 421 | 422 | 500 | 502 | 503 = 200,
) => c.html(html, c.var.session?.inConnectWindow || c.get('inConnectWindow' as never) ? 200 : status);

export const markConnectWindow = (c: Ctx): void => c.set('inConnectWindow' as never, true as never);
