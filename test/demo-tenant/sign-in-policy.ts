import { interactionPolicy } from 'oidc-provider';
import type { Person } from './people.ts';
import type { TenantState } from './tenant-state.ts';

const { base, Check, Prompt } = interactionPolicy;

/** Why Entra keeps somebody out: disabled or deleted in the directory, or not assigned. Other tenants look after their own people. */
export function refusalCode(person: Person, { directory, tenantId, faults }: TenantState): 50057 | 50105 | undefined {
  if (person.tenantId !== tenantId) return undefined;
  if (!directory.users.get(person.oid)?.accountEnabled) return 50057;
  return faults.unassigned?.keys.includes(person.key) ? 50105 : undefined;
}

/**
 * When to ask, beyond the library's own rules: `prompt=select_account` always asks, and a `login_hint` for another account than
 * the one signed in asks too (Entra never signs in somebody other than the one hinted at). Who is kept out is not let in silently.
 */
export function signInPolicy(state: TenantState) {
  const policy = base();
  policy.remove('consent');
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0);
  policy.get('login')?.checks.push(
    new Check('another_account', 'Another account is signed in.', (ctx) => {
      const { login_hint: hint } = ctx.oidc.params as { login_hint?: string };
      const signedIn = ctx.oidc.session?.accountId;
      const hasChosen = ctx.oidc.result?.login !== undefined;
      return Boolean(hint && signedIn && !hasChosen && state.accounts.findByHint(hint)?.oid !== signedIn);
    }),
    new Check('kept_out', 'The account signed in may not enter.', (ctx) => {
      const person = state.accounts.findByObjectId(ctx.oidc.session?.accountId ?? '');
      return person !== undefined && refusalCode(person, state) !== undefined;
    }),
  );
  return policy;
}
