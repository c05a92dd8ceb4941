import { sql } from 'drizzle-orm';
import { check, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

// What connects the workspace to the world where the environment does not say it. Secrets stand here sealed (identity/sealed.ts).

/** `draft`: being typed and tested; `on`: people sign in by it; `off`: was on. At most one row of the first two each. */
export type SignOnState = 'draft' | 'on' | 'off';

export const singleSignOn = sqliteTable(
  'single_sign_on',
  {
    id: text().primaryKey(),
    state: text().$type<SignOnState>().notNull(),
    /** Exactly as in the discovery document, with the tenant's GUID. */
    issuer: text().notNull(),
    tenantId: text('tenant_id').notNull(),
    clientId: text('client_id').notNull(),
    /** The last test: when, with which credential, and what came back (JSON: outcome, claims, findings). A change of the draft clears it. */
    testedAt: integer('tested_at'),
    testedCredentialId: text('tested_credential_id'),
    test: text(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by'),
    switchedOnAt: integer('switched_on_at'),
    attemptId: text('attempt_id').notNull(),
  },
  (t) => [
    uniqueIndex('single_sign_on_state').on(t.state).where(sql`${t.state} <> 'off'`),
    check('single_sign_on_state_known', sql`${t.state} IN ('draft', 'on', 'off')`),
  ],
);

export type CredentialKind = 'secret' | 'certificate';

/** What the application shows to the token endpoint: two may be valid at once, the newest tested one is tried first. */
export const clientCredentials = sqliteTable(
  'client_credentials',
  {
    id: text().primaryKey(),
    tenantId: text('tenant_id').notNull(),
    clientId: text('client_id').notNull(),
    kind: text().$type<CredentialKind>().notNull(),
    /** The secret, or the private key as PKCS #8 PEM, sealed for the purpose `credential {id}`. */
    sealed: text().notNull(),
    /** PEM of the certificate, which is public. */
    certificate: text(),
    /** SHA-256 of its DER, base64url: the assertion's `x5t#S256`. */
    thumbprint: text(),
    expiresAt: integer('expires_at').notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by'),
    /** Only what a test has proven is used. */
    testedAt: integer('tested_at'),
    /** The identity provider refused it: when last, and its code. */
    refusedAt: integer('refused_at'),
    refusedCode: text('refused_code'),
    endedAt: integer('ended_at'),
    attemptId: text('attempt_id').notNull(),
  },
  (t) => [
    uniqueIndex('client_credentials_attempt').on(t.attemptId),
    check('client_credentials_kind', sql`${t.kind} IN ('secret', 'certificate')`),
    check('client_credentials_certificate', sql`(${t.kind} = 'certificate') = (${t.certificate} IS NOT NULL)`),
  ],
);

/** How mails leave: the draft is tested by a mail to whoever types it, then it is on. */
export const mailConfiguration = sqliteTable(
  'mail_configuration',
  {
    state: text().$type<'draft' | 'on'>().primaryKey(),
    transport: text().$type<'preview' | 'postmark' | 'smtp'>().notNull(),
    fromAddress: text('from_address').notNull(),
    /** JSON `{postmarkToken?, smtpUrl?}`, sealed for the purpose `mail`. */
    sealed: text(),
    /** Host, port and user of an SMTP server, without its password: for the page. */
    shown: text(),
    testedAt: integer('tested_at'),
    changedAt: integer('changed_at').notNull(),
    changedBy: text('changed_by'),
  },
  (t) => [check('mail_configuration_state', sql`${t.state} IN ('draft', 'on')`)],
);

/** Domains that the tenant owns as a TXT record shows, beside those that the directory names. */
export const domains = sqliteTable(
  'domains',
  {
    domain: text().notNull(),
    /** What the record must say. */
    token: text().notNull(),
    addedAt: integer('added_at').notNull(),
    addedBy: text('added_by').notNull(),
    verifiedAt: integer('verified_at'),
    checkedAt: integer('checked_at'),
    /** JSON: the TXT records found at the last look; null when the name could not be asked for. */
    found: text(),
    problem: text(),
  },
  (t) => [primaryKey({ columns: [t.domain] })],
);
