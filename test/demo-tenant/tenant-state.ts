import type { ClientProofs } from './client-proof.ts';
import type { Faults } from './faults.ts';
import type { GraphState } from './graph/graph-state.ts';
import type { TenantDirectory } from './graph/tenant-directory.ts';
import type { Accounts } from './people.ts';
import type { PostmarkMail } from './postmark-mail.ts';
import type { Provisioning } from './provisioning/provisioning.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What the parts of one demo tenant have in common. */
export interface TenantState {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the provider behind knows the application by, whatever it has proven itself by (`client-proof.ts`). */
  readonly providerSecret: string;
  /** All that the application may prove itself by; `clientSecret` is one of them at first. */
  readonly proofs: ClientProofs;
  readonly postmarkToken: string;
  readonly redirectUris: string[];
  /** Who can sign in. */
  readonly accounts: Accounts;
  /** Whom Graph and SCIM tell of. */
  readonly directory: TenantDirectory;
  readonly graph: GraphState;
  readonly provisioning: Provisioning;
  readonly keys: SigningKeys;
  /** In order of acceptance. */
  readonly mails: PostmarkMail[];
  readonly faults: Faults;
  /** Milliseconds. Tokens and mails are dated by it; codes and sessions live by the real clock. */
  readonly now: () => number;
}
