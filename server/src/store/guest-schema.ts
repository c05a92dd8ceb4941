import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { members } from './schema.ts';

/** One mailed code, which is derived from the id and never stored. Bound to the browser that asked for it. */
export const guestCodes = sqliteTable(
  'guest_codes',
  {
    id: text().primaryKey(),
    /** Folded: where it was mailed to. */
    address: text().notNull(),
    /** The invitation whose link was open, if one was, with the generation of its key. */
    invitationId: text('invitation_id'),
    generation: integer(),
    /** Hash of the cookie of the browser that asked. */
    browserHash: text('browser_hash').notNull(),
    wrongTries: integer('wrong_tries').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    endsAt: integer('ends_at').notNull(),
    usedAt: integer('used_at'),
  },
  (t) => [index('guest_codes_address').on(t.address, t.createdAt), index('guest_codes_ends').on(t.endsAt)],
);

/** WebAuthn credentials (Level 3): a guest's, and those of the members on the break-glass list. */
export const passkeys = sqliteTable(
  'passkeys',
  {
    /** The credential id, base64url. */
    id: text().primaryKey(),
    memberId: text('member_id')
      .notNull()
      .references(() => members.id),
    /** COSE, base64url. */
    publicKey: text('public_key').notNull(),
    counter: integer().notNull(),
    /** JSON list. */
    transports: text().notNull(),
    name: text().notNull(),
    isBackedUp: integer('is_backed_up', { mode: 'boolean' }).notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
  },
  (t) => [index('passkeys_member').on(t.memberId)],
);
