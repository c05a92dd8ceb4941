import { policy } from '../../../domain/policy.ts';
import type { Ctx } from '../../env.ts';
import { memberSession } from '../../middleware/access.ts';
import { type FreshSignInModel, freshSignInPage } from '../../views/confirm.ts';
import type { AdminShell } from '../../views/layout.ts';
import { page } from '../page.ts';
import { adminShellOf } from './admin-page.ts';

/** Whether this session began by a fresh sign-in, at most ten minutes ago (DESIGN.md, section 4; SES-13). */
export function isFreshlySignedIn(c: Ctx): boolean {
  const { freshAt } = memberSession(c);
  return freshAt !== null && freshAt + policy.freshSignIn.within > c.var.now;
}

/** Asks for it; what was typed waits on this page. */
export const freshSignInFirst = async (c: Ctx, model: Omit<FreshSignInModel, keyof AdminShell>): Promise<Response> =>
  page(c, freshSignInPage({ ...(await adminShellOf(c)), ...model }), 403);
