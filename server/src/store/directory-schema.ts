import type { GroupKind, RunState, Standing, SyncProblem } from '@doorstep/shared/directory';
import type { Role } from '@doorstep/shared/member';
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

// The synced copy of the identity provider's people and groups (DESIGN.md, section 4). Two sources fill the same rows, named by the provider's
// object id: Microsoft Graph, which is read, and SCIM, by which the provider writes.

/** `removed` may be restored for 30 days, `deleted` may not. */
export type GraphState = 'enabled' | 'disabled' | 'removed' | 'deleted';
export type ScimState = 'active' | 'inactive' | 'deleted';

/**
 * `status` and `standing` follow from the facts beside them, so that nothing can disagree. Whoever any source calls disabled or gone is: two
 * sources must agree that somebody may come in. The triggers of the custom migration keep `isMember`, `isInvited`, the search index and the counter.
 */
export const directoryUsers = sqliteTable(
  'directory_users',
  {
    /** The search index names its rows by this; grows, so that the newest are the last. */
    seq: integer().primaryKey(),
    objectId: text('object_id').notNull(),
    name: text(),
    /** Where mails go. */
    address: text(),
    userName: text('user_name'),
    isGuest: integer('is_guest', { mode: 'boolean' }).notNull().default(false),
    guestOf: text('guest_of'),
    language: text(),
    graphState: text('graph_state').$type<GraphState>(),
    /** What Graph says now, waiting for the end of the round, where the brake looks at all losses together. */
    graphNext: text('graph_next').$type<GraphState>(),
    /** The last full pass that saw the person. */
    graphMark: integer('graph_mark'),
    scimState: text('scim_state').$type<ScimState>(),
    /** JSON: the SCIM resource as it was written, of what the schema knows. */
    scimDocument: text('scim_document'),
    isInScope: integer('is_in_scope', { mode: 'boolean' }).notNull().default(true),
    isDismissed: integer('is_dismissed', { mode: 'boolean' }).notNull().default(false),
    isMember: integer('is_member', { mode: 'boolean' }).notNull().default(false),
    isInvited: integer('is_invited', { mode: 'boolean' }).notNull().default(false),
    firstSeenAt: integer('first_seen_at').notNull(),
    changedAt: integer('changed_at').notNull(),
    status: text()
      .$type<'enabled' | 'disabled' | 'gone'>()
      .generatedAlwaysAs(
        sql`CASE WHEN graph_state IN ('removed', 'deleted') OR scim_state = 'deleted' THEN 'gone'
          WHEN graph_state = 'disabled' OR scim_state = 'inactive' THEN 'disabled' ELSE 'enabled' END`,
        { mode: 'virtual' },
      ),
    standing: text()
      .$type<Standing>()
      .generatedAlwaysAs(
        sql`CASE WHEN is_member THEN 'member' WHEN is_invited THEN 'invited'
          WHEN graph_state IN ('disabled', 'removed', 'deleted') OR scim_state IN ('inactive', 'deleted') OR NOT is_in_scope THEN 'out-of-scope'
          WHEN is_dismissed THEN 'dismissed' ELSE 'invitation-required' END`,
        { mode: 'virtual' },
      ),
  },
  (t) => [
    uniqueIndex('directory_users_object').on(t.objectId),
    index('directory_users_standing').on(t.standing),
    index('directory_users_losing').on(t.objectId).where(sql`${t.graphNext} IS NOT NULL`),
    index('directory_users_scim_name').on(sql`lower(${t.scimDocument}->>'displayName')`).where(sql`${t.scimState} IS NOT NULL`),
    index('directory_users_scim').on(t.scimState).where(sql`${t.scimState} IS NOT NULL`),
  ],
);

export type AddressOwner = 'user' | 'group' | 'contact';
/** Where an address comes from, which decides whether it proves anything (DESIGN.md, section 4, trusted addresses). */
export type AddressSource = 'proxy' | 'user-name' | 'mail' | 'scim';

/** By address, ASCII lower case: whose it is, one row for each source that says so. */
export const directoryAddresses = sqliteTable(
  'directory_addresses',
  {
    objectId: text('object_id').notNull(),
    address: text().notNull(),
    owner: text().$type<AddressOwner>().notNull(),
    source: text().$type<AddressSource>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.objectId, t.address, t.source] }), index('directory_addresses_address').on(t.address)],
);

/** Domains of the tenant: those of its own people's user names, which must be verified (reference: Graph, user resource, userPrincipalName). */
export const directoryDomains = sqliteTable('directory_domains', { domain: text().primaryKey() });

export const directoryGroups = sqliteTable(
  'directory_groups',
  {
    seq: integer().primaryKey(),
    objectId: text('object_id').notNull(),
    name: text(),
    address: text(),
    kind: text().$type<GroupKind>(),
    graphState: text('graph_state').$type<'present' | 'removed'>(),
    graphMark: integer('graph_mark'),
    scimState: text('scim_state').$type<'present' | 'deleted'>(),
    scimDocument: text('scim_document'),
    changedAt: integer('changed_at').notNull(),
    isPresent: integer('is_present', { mode: 'boolean' }).generatedAlwaysAs(
      sql`coalesce(graph_state, '') <> 'removed' AND (graph_state IS NOT NULL OR scim_state = 'present')`,
      { mode: 'virtual' },
    ),
  },
  (t) => [
    uniqueIndex('directory_groups_object').on(t.objectId),
    index('directory_groups_scim_name').on(sql`lower(${t.scimDocument}->>'displayName')`).where(sql`${t.scimState} = 'present'`),
    index('directory_groups_name').on(sql`lower(${t.name})`),
  ],
);

/** Direct membership only; what is nested is followed when asked for. Of a member that is neither user nor group nothing is kept. */
export const directoryGroupMembers = sqliteTable(
  'directory_group_members',
  {
    groupId: text('group_id').notNull(),
    memberId: text('member_id').notNull(),
    isGroup: integer('is_group', { mode: 'boolean' }).notNull(),
    /** The last full pass of Graph that saw it, null when only SCIM says so. */
    graphMark: integer('graph_mark'),
    isFromScim: integer('is_from_scim', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.groupId, t.memberId] }),
    index('directory_members_member').on(t.memberId),
    index('directory_members_nested').on(t.groupId, t.memberId).where(sql`${t.isGroup}`),
  ],
);

export const directoryContacts = sqliteTable('directory_contacts', {
  objectId: text('object_id').primaryKey(),
  name: text(),
  graphMark: integer('graph_mark').notNull(),
});

/** Users and groups whose membership, status or addresses changed: what follows from it (scope, admission rules) is still to be worked out. */
export const directoryChanges = sqliteTable('directory_changes', { objectId: text('object_id').primaryKey() });

/** One row: how the directory is connected and what is known of it as a whole. */
export const directory = sqliteTable(
  'directory',
  {
    id: integer().primaryKey(),
    /** Whose directory it is: set with the first person it names. */
    tenantId: text('tenant_id'),
    connectedAt: integer('connected_at'),
    connectedBy: text('connected_by'),
    /** Number of the last round begun. */
    mark: integer().notNull().default(0),
    nextSyncAt: integer('next_sync_at'),
    syncWantedAt: integer('sync_wanted_at'),
    syncWantedBy: text('sync_wanted_by'),
    /** End of the last round that was done. */
    lastSyncAt: integer('last_sync_at'),
    /** No request to Graph before this (Retry-After, or a growing pause). */
    retryAt: integer('retry_at'),
    failures: integer().notNull().default(0),
    /** JSON: names of permissions that Graph said are missing. */
    missingPermissions: text('missing_permissions').notNull().default('[]'),
    assignmentRequired: integer('assignment_required', { mode: 'boolean' }),
    assignmentFrom: text('assignment_from').$type<'service-principal' | 'sign-in'>(),
    assignmentAt: integer('assignment_at'),
    suggests: text().$type<'everybody' | 'groups'>().notNull().default('everybody'),
    /** Whether changes of the directory have consequences beyond people's status: an admission rule is on, or the scope is made of groups. */
    follows: integer({ mode: 'boolean' }).notNull().default(false),
    /** Everybody above this `seq` is still to be looked at after the scope or a rule changed; null when all are. */
    followAfter: integer('follow_after'),
    /** The run whose losses an administrator let pass. */
    releasedRunId: text('released_run_id'),
    /** JSON: keys of the last alerts, so that nobody is told twice. */
    alerted: text(),
  },
  (t) => [check('directory_is_one', sql`${t.id} = 1`)],
);

export const syncStreams = ['users', 'groups', 'contacts'] as const;
export type SyncStream = (typeof syncStreams)[number];

/** Where the reading of each stream stands: saved with each page, so that a crash goes on or repeats (ENT-68). */
export const directoryStreams = sqliteTable('directory_streams', {
  stream: text().$type<SyncStream>().primaryKey(),
  /** Where to go on; null: at the beginning. */
  link: text(),
  phase: text().$type<'full' | 'delta'>().notNull(),
  /** The full pass under way, or the last one. */
  fullMark: integer('full_mark').notNull(),
  /** The last round in which it came to its end. */
  doneMark: integer('done_mark').notNull(),
  pages: integer().notNull().default(0),
});

/** Links of the round under way: one that comes twice goes round for ever (ENT-76). */
export const directorySeenLinks = sqliteTable(
  'directory_seen_links',
  { stream: text().$type<SyncStream>().notNull(), hash: text().notNull() },
  (t) => [primaryKey({ columns: [t.stream, t.hash] })],
);

export const directoryRuns = sqliteTable(
  'directory_runs',
  {
    id: text().primaryKey(),
    mark: integer().notNull(),
    state: text().$type<RunState>().notNull(),
    isFull: integer('is_full', { mode: 'boolean' }).notNull(),
    /** Who pressed *Sync now*; null for the schedule. */
    byMemberId: text('by_member_id'),
    startedAt: integer('started_at').notNull(),
    endedAt: integer('ended_at'),
    requests: integer().notNull().default(0),
    users: integer().notNull().default(0),
    groups: integer().notNull().default(0),
    suspended: integer().notNull().default(0),
    resumed: integer().notNull().default(0),
    problem: text().$type<SyncProblem>(),
    /** A sentence for operators: no secret, no address. */
    detail: text(),
    /** JSON: what the brake stopped, as a rehearsal. */
    plan: text(),
  },
  (t) => [uniqueIndex('directory_runs_mark').on(t.mark)],
);

/** Bearer tokens of the provisioning service; two may be valid at once. */
export const scimTokens = sqliteTable(
  'scim_tokens',
  {
    id: text().primaryKey(),
    tokenHash: text('token_hash').notNull(),
    name: text().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    lastUsedAt: integer('last_used_at'),
    endedAt: integer('ended_at'),
    attemptId: text('attempt_id').notNull(),
  },
  (t) => [uniqueIndex('scim_tokens_hash').on(t.tokenHash)],
);

export type RuleEffect = 'suggest' | 'invite' | 'let-in';

/** Off until switched on; every admission says by which rule. */
export const admissionRules = sqliteTable(
  'admission_rules',
  {
    id: text().primaryKey(),
    /** Either members of this directory group, those of nested groups included, or people with a trusted address of this domain. */
    directoryGroupId: text('directory_group_id'),
    domain: text(),
    effect: text().$type<RuleEffect>().notNull(),
    role: text().$type<Exclude<Role, 'administrator'>>().notNull(),
    /** JSON: custom user groups. */
    userGroupIds: text('user_group_ids').notNull(),
    isOn: integer('is_on', { mode: 'boolean' }).notNull().default(false),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    switchedOnAt: integer('switched_on_at'),
    switchedOnBy: text('switched_on_by'),
    attemptId: text('attempt_id').notNull(),
  },
  (t) => [
    check('rules_who', sql`(${t.directoryGroupId} IS NULL) <> (${t.domain} IS NULL)`),
    check('rules_effect', sql`${t.effect} IN ('suggest', 'invite', 'let-in')`),
    check('rules_role', sql`${t.role} IN ('member', 'reader')`),
  ],
);
