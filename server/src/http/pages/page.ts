import type { Settings } from '../../domain/settings.ts';
import type { Ctx } from '../env.ts';
import type { Html, Shell } from '../views/layout.ts';

/** What every page needs. */
export const shellOf = async (c: Ctx): Promise<Shell> => shellWith(c, c.var.deps.settings);

/** The same for pages that say that something is wrong with the database: a logo could not be read from it. */
export const shellInTrouble = (c: Ctx): Shell => shellWith(c, { name: c.var.deps.settings.name, logoHash: null });

/** The nonce is that of this answer's Content-Security-Policy. */
const shellWith = (c: Ctx, { name, logoHash }: Pick<Settings, 'name' | 'logoHash'>): Shell => ({
  workspaceName: name,
  logoHash,
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
