import type { FieldError } from '@doorstep/shared/problem';
import { whatExpires } from '../../../domain/expiry.ts';
import { findCredentialTrouble } from '../../../store/credential-trouble.ts';
import { findDirectory } from '../../../store/directory.ts';
import { hasProvisioned } from '../../../store/scim-stop.ts';
import { findLiveTokens, MOST_LIVE } from '../../../store/scim-token.ts';
import { findSignOnConfig } from '../../../store/sign-on-config.ts';
import { findSummary } from '../../../store/summary.ts';
import { isConnected } from '../../directory-shown.ts';
import type { Ctx } from '../../env.ts';
import { scimBase } from '../../scim/scim-answer.ts';
import { singleSignOnPage } from '../../views/single-sign-on.ts';
import { page } from '../page.ts';
import { adminShellOf } from './admin-page.ts';

/** What was typed to make a token, and what is wrong with it. */
type Typed = { form: { name: string; months: string }; errors: FieldError[] };
const nothingTyped: Typed = { form: { name: '', months: '12' }, errors: [] };

/** `/admin/single-sign-on` */
export async function showSingleSignOn(
  c: Ctx,
  { form, errors }: Typed = nothingTyped,
  status: 200 | 422 = 200,
): Promise<Response> {
  const { deps, now } = c.var;
  const [shell, directory, tokens, isProvisioned, config, refusedCode] = await Promise.all([
    adminShellOf(c),
    findDirectory(deps.store),
    findLiveTokens(deps.store, now),
    hasProvisioned(deps.store),
    findSignOnConfig(deps.store),
    findCredentialTrouble(deps.store, deps.isSetByEnvironment.signOn),
  ]);
  const { ends } = await findSummary(deps.store);
  const { assignmentRequired: isRequired, assignmentFrom: from, assignmentAt: at } = directory;
  const model = {
    ...shell,
    connection: {
      isSetByEnvironment: deps.isSetByEnvironment.signOn,
      tenantId: deps.tenantId,
      clientId: deps.clientId,
      hasDraft: config.draft !== null,
      refusedCode,
    },
    provider: deps.provider?.status() ?? null,
    expiring: whatExpires(ends, deps.isSetByEnvironment.signOn, now)[0] ?? null,
    findings: {
      isGraphConnected: isConnected(directory, deps.graph) && directory.lastSyncAt !== null,
      isProvisioned,
      isVouchedFor: deps.settings.vouchesForEmail,
      assignment: isRequired === null ? null : { isRequired, from, at },
      missingPermissions: JSON.parse(directory.missingPermissions) as string[],
    },
    provisioning: {
      baseUrl: scimBase(deps.publicUrl),
      tokens,
      hasMost: tokens.length >= MOST_LIVE,
      canStop: isProvisioned,
      form,
    },
    errors,
  };
  return page(c, singleSignOnPage(model), status);
}
