import type { RequestState, Why } from '@doorstep/shared/access-request';
import type { InvitationState, Language } from '@doorstep/shared/invitation';
import type { BatchState } from '@doorstep/shared/invitation-batch';
import type { MemberState, Role } from '@doorstep/shared/member';
import type { UserGroupKind } from '@doorstep/shared/user-group';
import { sql } from 'drizzle-orm';
import { blob, check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

export * from './configuration-schema.ts';
export * from './directory-schema.ts';
export * from './guest-schema.ts';

// Times are UTC epoch milliseconds. What must be unique or impossible is said here, not in code (DESIGN.md, database rule 8).
// Counters are changed by the triggers of the custom migration (database rule 4).

/** One row: the workspace itself with its settings (domain/settings.ts). `secretProof` notices another DOORSTEP_SECRET at start. */
export const workspace = sqliteTable(
  'workspace',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    secretProof: text('secret_proof').notNull(),
    createdAt: integer('created_at').notNull(),
    /** Asked on the page where people say why they knock. */
    question: text(),
    membersMayKnock: integer('members_may_knock', { mode: 'boolean' }).notNull().default(true),
    tenantGuestsMayKnock: integer('tenant_guests_may_knock', { mode: 'boolean' }).notNull().default(true),
    invitationDays: integer('invitation_days').notNull().default(7),
    quietDays: integer('quiet_days').notNull().default(7),
    /** null: nobody is told again. */
    escalateAfterHours: integer('escalate_after_hours'),
    needsTwoApprovals: integer('needs_two_approvals', { mode: 'boolean' }).notNull().default(false),
    vouchesForEmail: integer('vouches_for_email', { mode: 'boolean' }).notNull().default(false),
    forcesSso: integer('forces_sso', { mode: 'boolean' }).notNull().default(false),
    guestDays: integer('guest_days').notNull().default(90),
    guestEndIsCompulsory: integer('guest_end_is_compulsory', { mode: 'boolean' }).notNull().default(false),
    remindsInvited: integer('reminds_invited', { mode: 'boolean' }).notNull().default(true),
    logoType: text('logo_type'),
    logo: blob({ mode: 'buffer' }),
    /** Names the logo in its address, so that browsers may keep it. */
    logoHash: text('logo_hash'),
    /** From knock to decision, the middle one of the last 30 days, in milliseconds. Written each minute, so that no request counts. */
    decisionTime: integer('decision_time'),
    /** What the administrators know of the client secret in DOORSTEP_OIDC_CLIENT_SECRET. */
    environmentSecretExpiresAt: integer('environment_secret_expires_at'),
    /** JSON: keys of what was told of single sign-on, as in `directory.alerted`. */
    alerted: text(),
  },
  (t) => [check('workspace_is_one', sql`${t.id} = 1`)],
);

/** `unanswered`: only of those that nobody has answered in time. */
export const requestMails = ['at-once', 'unanswered', 'never'] as const;
export type RequestMails = (typeof requestMails)[number];

export const members = sqliteTable(
  'members',
  {
    id: text().primaryKey(),
    tenantId: text('tenant_id').notNull(),
    objectId: text('object_id').notNull(),
    state: text().$type<MemberState>().notNull(),
    role: text().$type<Role>().notNull(),
    name: text(),
    address: text(),
    addressIsTrusted: integer('address_is_trusted', { mode: 'boolean' }).notNull().default(false),
    guestOf: text('guest_of'),
    joinedAt: integer('joined_at').notNull(),
    accessUntil: integer('access_until'),
    lastSeenAt: integer('last_seen_at'),
    stateAt: integer('state_at').notNull(),
    invitationId: text('invitation_id'),
    /** The admission rule that let this person in. */
    admissionRuleId: text('admission_rule_id'),
    /** Who suspended: only what the directory did is undone by the directory, and only while nobody else acted. */
    suspendedBy: text('suspended_by').$type<'directory'>(),
    /** Who answers for a guest: the inviter, or whoever took over. */
    sponsorId: text('sponsor_id'),
    /** Where new administrators need two approvals: who proposed this member, and waits for a second one. */
    proposedBy: text('proposed_by'),
    proposedAt: integer('proposed_at'),
    /** On the list of people whose passkey opens the door when the identity provider does not (DESIGN.md, Force SSO). */
    breaksGlass: integer('breaks_glass', { mode: 'boolean' }).notNull().default(false),
    /** An administrator's own choice: of which access requests a mail comes. */
    requestMails: text('request_mails').$type<RequestMails>().notNull().default('at-once'),
    attemptId: text('attempt_id').notNull(),
    /** Set by the job when `accessUntil` has passed: only for counting and notices, decisions compare times. */
    endedAt: integer('ended_at'),
  },
  (t) => [
    uniqueIndex('members_identity').on(t.tenantId, t.objectId),
    uniqueIndex('members_attempt').on(t.attemptId),
    index('members_address').on(sql`lower(${t.address})`).where(sql`${t.addressIsTrusted} = 1`),
    index('members_administrators').on(t.id).where(sql`${t.role} = 'administrator'`),
    index('members_suspended').on(t.stateAt).where(sql`${t.suspendedBy} IS NOT NULL`),
    index('members_admission').on(t.admissionRuleId).where(sql`${t.admissionRuleId} IS NOT NULL`),
    index('members_sponsor').on(t.sponsorId).where(sql`${t.sponsorId} IS NOT NULL`),
    index('members_guests').on(t.id).where(sql`${t.tenantId} = 'guest'`),
    index('members_proposed').on(t.proposedAt).where(sql`${t.proposedAt} IS NOT NULL`),
    index('members_breaks_glass').on(t.id).where(sql`${t.breaksGlass} = 1`),
    index('members_access_until').on(t.accessUntil).where(sql`${t.accessUntil} IS NOT NULL AND ${t.endedAt} IS NULL`),
    check('members_state', sql`${t.state} IN ('active', 'suspended', 'removed')`),
    check('members_role', sql`${t.role} IN ('administrator', 'member', 'reader')`),
  ],
);

export const invitationBatches = sqliteTable(
  'invitation_batches',
  {
    id: text().primaryKey(),
    inviterId: text('inviter_id')
      .notNull()
      .references(() => members.id),
    state: text().$type<BatchState>().notNull(),
    /** JSON, as are `refused` and `counts`. */
    options: text().notNull(),
    refused: text().notNull(),
    counts: text().notNull(),
    nextPosition: integer('next_position').notNull(),
    runId: text('run_id').notNull(),
    idempotencyKey: text('idempotency_key'),
    bodyHash: text('body_hash').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('batches_idempotency').on(t.inviterId, t.idempotencyKey),
    index('batches_writing').on(t.createdAt).where(sql`${t.state} = 'writing'`),
    check('batches_state', sql`${t.state} IN ('writing', 'done', 'stopped')`),
  ],
);

/** The people of a batch, as JSON, a row a chunk: the batch's own row is changed with each chunk and must stay small. */
export const batchChunks = sqliteTable(
  'batch_chunks',
  {
    batchId: text('batch_id')
      .notNull()
      .references(() => invitationBatches.id),
    position: integer().notNull(),
    people: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.position] })],
);

export const invitations = sqliteTable(
  'invitations',
  {
    id: text().primaryKey(),
    /** `oid:{tenant}/{object id}` or `mail:{address, ASCII lower case}`: one pending invitation each. */
    person: text().notNull(),
    state: text().$type<InvitationState>().notNull(),
    address: text(),
    name: text(),
    /** The identity it is bound to: by a directory user or by an approval. */
    tenantId: text('tenant_id'),
    objectId: text('object_id'),
    role: text().$type<Role>().notNull(),
    accessUntil: integer('access_until'),
    /** JSON: custom user groups that the person gets. */
    userGroupIds: text('user_group_ids').notNull().default('[]'),
    language: text().$type<Language>(),
    note: text(),
    batchId: text('batch_id').references(() => invitationBatches.id),
    chunkId: text('chunk_id').notNull(),
    accessRequestId: text('access_request_id'),
    admissionRuleId: text('admission_rule_id'),
    inviterId: text('inviter_id').references(() => members.id),
    createdAt: integer('created_at').notNull(),
    sentAt: integer('sent_at').notNull(),
    generation: integer().notNull(),
    expiresAt: integer('expires_at').notNull(),
    redemptionId: text('redemption_id'),
    redeemedAt: integer('redeemed_at'),
    closedAt: integer('closed_at'),
    /** Who redeemed it. No foreign key: the member's row comes one statement later in the same batch. */
    memberId: text('member_id'),
    /** Set by the job when it has expired: only for counting, decisions compare times. */
    endedAt: integer('ended_at'),
  },
  (t) => [
    uniqueIndex('invitations_pending_person').on(t.person).where(sql`${t.state} = 'pending'`),
    uniqueIndex('invitations_redemption').on(t.redemptionId),
    index('invitations_pending_address').on(sql`lower(${t.address})`).where(sql`${t.state} = 'pending'`),
    index('invitations_request').on(t.accessRequestId).where(sql`${t.accessRequestId} IS NOT NULL`),
    index('invitations_bound').on(t.objectId).where(sql`${t.objectId} IS NOT NULL`),
    index('invitations_admission').on(t.admissionRuleId).where(sql`${t.admissionRuleId} IS NOT NULL`),
    index('invitations_inviter').on(t.inviterId).where(sql`${t.state} = 'pending'`),
    index('invitations_chunk').on(t.chunkId),
    index('invitations_batch').on(t.batchId),
    index('invitations_expires').on(t.expiresAt).where(sql`${t.state} = 'pending' AND ${t.endedAt} IS NULL`),
    check('invitations_state', sql`${t.state} IN ('pending', 'redeemed', 'revoked', 'declined')`),
    check('invitations_generation', sql`${t.generation} BETWEEN 1 AND 1023`),
    check('invitations_role', sql`${t.role} IN ('administrator', 'member', 'reader')`),
  ],
);

export const accessRequests = sqliteTable(
  'access_requests',
  {
    id: text().primaryKey(),
    tenantId: text('tenant_id').notNull(),
    objectId: text('object_id').notNull(),
    state: text().$type<RequestState>().notNull(),
    why: text().$type<Why>().notNull(),
    invitationId: text('invitation_id').references(() => invitations.id),
    name: text(),
    address: text(),
    addressIsTrusted: integer('address_is_trusted', { mode: 'boolean' }).notNull(),
    guestOf: text('guest_of'),
    /** What the provider wants as login_hint when the waiting page moves on. */
    loginHint: text('login_hint'),
    reason: text(),
    /** The workspace's own question as it was asked, with its answer. */
    question: text(),
    answer: text(),
    askedAt: integer('asked_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    decidedAt: integer('decided_at'),
    decidedBy: text('decided_by').references(() => members.id),
    decisionReason: text('decision_reason'),
    /** The attempt that opened or closed it: dependants of a command select on it. */
    attemptId: text('attempt_id').notNull(),
  },
  (t) => [
    uniqueIndex('requests_open_identity').on(t.tenantId, t.objectId).where(sql`${t.state} = 'open'`),
    index('requests_identity').on(t.tenantId, t.objectId, t.askedAt),
    index('requests_open_asked').on(t.askedAt).where(sql`${t.state} = 'open'`),
    index('requests_attempt').on(t.attemptId),
    check('requests_state', sql`${t.state} IN ('open', 'approved', 'denied', 'withdrawn', 'superseded', 'expired')`),
    check(
      'requests_why',
      sql`${t.why} = 'no-invitation' OR (${t.why} IN ('address-not-proven', 'other-account', 'invitation-expired') AND ${t.invitationId} IS NOT NULL)`,
    ),
  ],
);

/** `custom`: assigned here. `synced`: follows a directory group, its members are read from there and stand nowhere else. */
export const userGroups = sqliteTable(
  'user_groups',
  {
    id: text().primaryKey(),
    kind: text().$type<UserGroupKind>().notNull(),
    name: text().notNull(),
    directoryGroupId: text('directory_group_id'),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by'),
    attemptId: text('attempt_id').notNull(),
  },
  (t) => [
    uniqueIndex('user_groups_name').on(sql`lower(${t.name})`),
    uniqueIndex('user_groups_followed').on(t.directoryGroupId),
    check('user_groups_kind', sql`(${t.kind} = 'synced') = (${t.directoryGroupId} IS NOT NULL)`),
  ],
);

export const userGroupMembers = sqliteTable(
  'user_group_members',
  {
    groupId: text('group_id')
      .notNull()
      .references(() => userGroups.id, { onDelete: 'cascade' }),
    memberId: text('member_id')
      .notNull()
      .references(() => members.id),
    addedAt: integer('added_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.groupId, t.memberId] }), index('user_group_members_member').on(t.memberId)],
);

/** Options of the wizard under a name, for all administrators; `options` is JSON. */
export const optionPresets = sqliteTable(
  'option_presets',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    options: text().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [uniqueIndex('option_presets_name').on(sql`lower(${t.name})`)],
);

export type SessionKind = 'member' | 'waiting' | 'visitor';
/** How the session began: at the identity provider, by a mailed code, by a passkey. */
export type SignInMethod = 'provider' | 'code' | 'passkey';

export const sessions = sqliteTable(
  'sessions',
  {
    tokenHash: text('token_hash').primaryKey(),
    kind: text().$type<SessionKind>().notNull(),
    memberId: text('member_id').references(() => members.id),
    requestId: text('request_id').references(() => accessRequests.id),
    invitationId: text('invitation_id').references(() => invitations.id),
    tenantId: text('tenant_id').notNull(),
    objectId: text('object_id').notNull(),
    /** A visitor's or waiting person's facts (JSON: name, address, trust, guestOf, loginHint) for the buttons of that page. */
    visitor: text(),
    /** The page it landed on is answered 200 inside the window of /connect/authorize. */
    inConnectWindow: integer('in_connect_window', { mode: 'boolean' }).notNull().default(false),
    providerSessionId: text('provider_session_id'),
    method: text().$type<SignInMethod>().notNull().default('provider'),
    signedInAt: integer('signed_in_at').notNull(),
    /** When a sign-in begun for this purpose was finished (DESIGN.md, fresh sign-in). */
    freshAt: integer('fresh_at'),
    lastUsedAt: integer('last_used_at').notNull(),
    endsAt: integer('ends_at').notNull(),
  },
  (t) => [
    index('sessions_member').on(t.memberId),
    index('sessions_request').on(t.requestId),
    index('sessions_provider').on(t.providerSessionId).where(sql`${t.providerSessionId} IS NOT NULL`),
    index('sessions_others').on(t.objectId).where(sql`${t.kind} <> 'member'`),
    index('sessions_ends').on(t.endsAt),
    check(
      'sessions_kind',
      sql`(${t.kind} = 'member' AND ${t.memberId} IS NOT NULL) OR (${t.kind} = 'waiting' AND ${t.requestId} IS NOT NULL) OR ${t.kind} = 'visitor'`,
    ),
  ],
);

/** States of sign-in attempts that came back: each is worth one token request (ENT-08, OP-09). */
export const spentAttempts = sqliteTable(
  'spent_attempts',
  { stateHash: text('state_hash').primaryKey(), endsAt: integer('ends_at').notNull() },
  (t) => [index('spent_attempts_ends').on(t.endsAt)],
);

export const connectCodes = sqliteTable('connect_codes', {
  codeHash: text('code_hash').primaryKey(),
  memberId: text('member_id')
    .notNull()
    .references(() => members.id),
  clientId: text('client_id').notNull(),
  redirectUri: text('redirect_uri').notNull(),
  codeChallenge: text('code_challenge').notNull(),
  endsAt: integer('ends_at').notNull(),
  usedAt: integer('used_at'),
  connectedBrowserId: text('connected_browser_id'),
});

export const connectedBrowsers = sqliteTable(
  'connected_browsers',
  {
    id: text().primaryKey(),
    memberId: text('member_id')
      .notNull()
      .references(() => members.id),
    tokenHash: text('token_hash').notNull(),
    clientId: text('client_id').notNull(),
    /** Origin of the token request; every later request must come from it (CONTRACT.md, 6). */
    origin: text().notNull(),
    connectedAt: integer('connected_at').notNull(),
    lastUsedAt: integer('last_used_at').notNull(),
    endsAt: integer('ends_at').notNull(),
    endedAt: integer('ended_at'),
  },
  (t) => [uniqueIndex('browsers_token').on(t.tokenHash), index('browsers_member').on(t.memberId)],
);

export const outboxKinds = [
  'invitation',
  'access-request',
  'approved',
  'denied',
  'declined',
  'directory-alert',
  'token-expires',
  'credential-expires',
  'sign-on-alert',
  'guest-code',
  'invitation-reminder',
  'access-ends',
  'still-needed',
  'request-unanswered',
  'requests-digest',
  'administrator-proposed',
] as const;
export type OutboxKind = (typeof outboxKinds)[number];
export const outboxStates = [
  'queued',
  'claimed',
  'called',
  'sent',
  'failed',
  'uncertain',
  'dropped',
  'delivered',
  'bounced',
] as const;
export type OutboxState = (typeof outboxStates)[number];

/**
 * Mails that must leave exactly once. A row holds what the mail is about, never its text or key: it is rendered when it is sent.
 * queued -> claimed (lease) -> called (committed before the network call) -> sent | failed | uncertain | queued again; dropped = overtaken.
 */
export const outboxMessages = sqliteTable(
  'outbox_messages',
  {
    id: text().primaryKey(),
    kind: text().$type<OutboxKind>().notNull(),
    state: text().$type<OutboxState>().notNull(),
    invitationId: text('invitation_id').references(() => invitations.id),
    generation: integer(),
    requestId: text('request_id').references(() => accessRequests.id),
    memberId: text('member_id').references(() => members.id),
    /** What else the mail is about: a run, a SCIM token, a client credential, a guest's code, a member. */
    aboutId: text('about_id'),
    attempts: integer().notNull().default(0),
    dueAt: integer('due_at').notNull(),
    leaseOwner: text('lease_owner'),
    leaseUntil: integer('lease_until'),
    calledAt: integer('called_at'),
    settledAt: integer('settled_at'),
    providerMessageId: text('provider_message_id'),
    /** Why it failed or waits, in a sentence for the administrators: no address, no key. */
    because: text(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    index('outbox_due').on(t.dueAt).where(sql`${t.state} = 'queued'`),
    index('outbox_leased').on(t.leaseUntil).where(sql`${t.state} IN ('claimed', 'called')`),
    index('outbox_uncertain').on(t.dueAt).where(sql`${t.state} = 'uncertain'`),
    index('outbox_invitation').on(t.invitationId),
    index('outbox_request').on(t.requestId),
    index('outbox_request_mails').on(t.memberId, t.createdAt).where(sql`${t.kind} IN ('access-request', 'requests-digest')`),
    check(
      'outbox_state',
      sql`${t.state} IN ('queued', 'claimed', 'called', 'sent', 'failed', 'uncertain', 'dropped', 'delivered', 'bounced')`,
    ),
  ],
);

/** Ids and facts, never names or addresses. The client's network address stands outside the hash and is erased in time. */
export const auditEvents = sqliteTable(
  'audit_events',
  {
    id: text().primaryKey(),
    at: integer().notNull(),
    what: text().notNull(),
    result: text().$type<'done' | 'refused'>().notNull(),
    byMemberId: text('by_member_id'),
    about: text(),
    facts: text(),
    requestId: text('request_id'),
    clientAddress: text('client_address'),
    seq: integer(),
    hash: text(),
  },
  (t) => [
    uniqueIndex('audit_seq').on(t.seq),
    index('audit_at').on(t.at, t.id),
    index('audit_about').on(t.about),
    index('audit_by').on(t.byMemberId),
    index('audit_unsealed').on(t.at).where(sql`${t.seq} IS NULL`),
  ],
);

/** Changed by triggers only: no command can forget them. */
export const counters = sqliteTable('counters', {
  name: text().$type<CounterName>().primaryKey(),
  value: integer().notNull(),
});
export type CounterName =
  | 'open_access_requests'
  | 'pending_invitations'
  | 'members'
  | 'invitation_required'
  | 'directory_users'
  | 'directory_groups';

export const leases = sqliteTable('leases', {
  name: text().primaryKey(),
  owner: text().notNull(),
  until: integer().notNull(),
});

/** What stops a queue as a whole (a refused token, a refused sender): shown to the administrators until it is repaired. */
export const queueStops = sqliteTable(
  'queue_stops',
  { queue: text().notNull(), because: text().notNull(), since: integer().notNull(), retryAt: integer('retry_at').notNull() },
  (t) => [primaryKey({ columns: [t.queue] })],
);
