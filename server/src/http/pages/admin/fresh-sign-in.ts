import { policy } from '../../../domain/policy.ts';
import type { Ctx } from '../../env.ts';
import { memberSession } from '../../middleware/access.ts';
import { type FreshSignInModel, freshSignInPage } from '../../views/confirm.ts';
import type { AdminShell } from '../../views/layout.ts';
import { page } from '../page.ts';
import { adminShellOf, recordRefusedWrite } from './admin-page.ts';

/** Whether this session began by a fresh sign-in, at most ten minutes ago (DESIGN.md, section 4; SES-13). */
export function isFreshlySignedIn(c: Ctx): boolean {
  const { freshAt } = memberSession(c);
  return freshAt !== null && freshAt + policy.freshSignIn.within > c.var.now;
}

type Asked = Omit<FreshSignInModel, keyof AdminShell> & { about: string | null };

/** Asks for it; what was typed waits on this page. `about` is the id of what was to be changed. */
export async function freshSignInFirst(c: Ctx, { about, ...model }: Asked): Promise<Response> {
  await recordRefusedWrite(c, 'fresh-sign-in-needed', about);
  return page(c, freshSignInPage({ ...(await adminShellOf(c)), ...model }), 403);
}
