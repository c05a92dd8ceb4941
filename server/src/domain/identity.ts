/** Who signed in: `(tenant id, object id)`, never an address (DESIGN.md, glossary). */
export type IdentityKey = { tenantId: string; objectId: string };

/** An identity with what its verified sign-in says of it. `address` decides nothing unless `addressIsTrusted`. */
export type Identity = IdentityKey & {
  name: string | null;
  address: string | null;
  addressIsTrusted: boolean;
  /** Home identity provider as text, null for people of the tenant itself. */
  guestOf: string | null;
  loginHint: string | null;
};
