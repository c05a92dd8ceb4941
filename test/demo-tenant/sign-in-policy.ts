import { interactionPolicy } from 'oidc-provider';
import type { Directory } from './people.ts';

const { base, Check, Prompt } = interactionPolicy;

/**
 * When to ask, beyond the library's own rules: `prompt=select_account` always asks, and a `login_hint` for another account than
 * the one signed in asks too (Entra never signs in somebody other than the one hinted at).
 */
export function signInPolicy(directory: Directory) {
  const policy = base();
  policy.remove('consent');
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0);
  policy.get('login')?.checks.push(
    new Check('another_account', 'Another account is signed in.', (ctx) => {
      const { login_hint: hint } = ctx.oidc.params as { login_hint?: string };
      const signedIn = ctx.oidc.session?.accountId;
      const hasChosen = ctx.oidc.result?.login !== undefined;
      return Boolean(hint && signedIn && !hasChosen && directory.findByHint(hint)?.oid !== signedIn);
    }),
  );
  return policy;
}
