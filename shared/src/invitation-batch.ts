import * as v from 'valibot';
import { DirectoryGroupSchema, GroupPlanSchema, standings } from './directory.ts';
import { languages } from './invitation.ts';
import { Role } from './member.ts';
import { UserGroupIds } from './user-group.ts';

export const NOTE_LENGTH = 1000;
export const DEFAULT_EXPIRES_IN_DAYS = 7;
export const MAX_EXPIRES_IN_DAYS = 30;
/** What one request may name; larger lists are sent as several batches. */
export const MAX_RECIPIENTS = 100_000;

const accessUntil = v.optional(v.nullable(v.pipe(v.number(), v.safeInteger('must be a whole number of milliseconds'))));
const id = v.pipe(v.string('must be a text'), v.maxLength(64, 'is not an id'));

const named = ['email', 'directoryUserId', 'directoryGroupId', 'directorySearch'] as const;

/** One line of a list: an address, a directory user, a whole directory group, or all directory users that match a search. */
export const Recipient = v.pipe(
  v.strictObject({
    email: v.optional(v.pipe(v.string('must be a text'), v.maxLength(1000, 'must be at most 1000 characters'))),
    directoryUserId: v.optional(id),
    directoryGroupId: v.optional(id),
    directorySearch: v.optional(
      v.strictObject({
        q: v.optional(v.pipe(v.string(), v.maxLength(200, 'must be at most 200 characters')), ''),
        status: v.optional(v.picklist(standings, `must be one of ${standings.join(', ')}`), 'invitation-required'),
      }),
    ),
    role: v.optional(Role),
    userGroupIds: UserGroupIds,
    accessUntil,
  }),
  v.check((one) => named.filter((key) => one[key] !== undefined).length === 1, `must have exactly one of ${named.join(', ')}`),
);
export type Recipient = v.InferOutput<typeof Recipient>;

/** What holds for all recipients that say nothing of their own. */
export const optionsOfBatch = {
  language: v.optional(v.nullable(v.picklist(languages, `must be one of ${languages.join(', ')}`)), null),
  note: v.optional(
    v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(NOTE_LENGTH, `must be at most ${NOTE_LENGTH} characters`))),
    null,
  ),
  /** Left out: what the workspace has set. */
  expiresInDays: v.optional(
    v.pipe(
      v.number(),
      v.integer('must be a whole number of days'),
      v.minValue(1, 'must be at least 1 day'),
      v.maxValue(MAX_EXPIRES_IN_DAYS, `must be at most ${MAX_EXPIRES_IN_DAYS} days`),
    ),
  ),
};

export const NewBatch = v.strictObject({
  recipients: v.pipe(
    v.array(Recipient),
    v.minLength(1, 'must name at least one recipient'),
    v.maxLength(MAX_RECIPIENTS, `must name at most ${MAX_RECIPIENTS} recipients`),
  ),
  role: v.optional(Role, 'member'),
  ...optionsOfBatch,
  accessUntil,
  userGroupIds: UserGroupIds,
});
export type NewBatch = v.InferOutput<typeof NewBatch>;

export const refusals = [
  'not-an-address',
  'already-member',
  'suspended',
  'disabled-in-directory',
  'guests-not-allowed',
  'guest-administrator',
  'duplicate',
  'not-expandable',
  'several-people',
  'empty-group',
  'not-in-directory',
  'too-many-people',
] as const;
export type Refusal = (typeof refusals)[number];

/** What is worth a look before sending, of somebody who will be invited all the same. */
/** `guest`: of no domain of the tenant, signs in by a mailed code; `outside-directory`: of the tenant, but not in the directory. */
export const remarks = ['outside-directory', 'contact', 'tenant-guest', 'guest'] as const;
export type Remark = (typeof remarks)[number];

const person = {
  recipient: v.number(),
  address: v.nullable(v.string()),
  directoryUserId: v.nullable(v.string()),
  name: v.nullable(v.string()),
  plan: v.picklist(['invite', 'resend', 'refuse']),
  because: v.optional(v.picklist(refusals)),
  remark: v.optional(v.picklist(remarks)),
  invitationId: v.optional(v.string()),
  /** Where the settings end a guest's access earlier than was wished. */
  accessUntil: v.optional(v.nullable(v.number())),
};
export const PersonRowSchema = v.object(person);
export type PersonRow = v.InferOutput<typeof PersonRowSchema>;

export const Counts = v.object({ invite: v.number(), resend: v.number(), refuse: v.number() });
export type Counts = v.InferOutput<typeof Counts>;

/**
 * What will happen to one recipient, or has: `invitationId` is there after sending. The row of a group, or of a search, carries its people,
 * those who get a mail first, and counts them; its own plan is the best of theirs. Where a batch has more than 250 people in groups,
 * `people` holds the refused ones only.
 */
export const RowSchema = v.object({
  ...person,
  directoryGroupId: v.optional(v.nullable(v.string())),
  people: v.optional(v.array(PersonRowSchema)),
  counts: v.optional(Counts),
});
export type Row = v.InferOutput<typeof RowSchema>;

/** What inviting a group would do, null when it has more people than one batch may have; and its first 200 people. */
export const DirectoryGroupDetailsSchema = v.object({
  ...DirectoryGroupSchema.entries,
  plan: v.nullable(GroupPlanSchema),
  firstPeople: v.array(PersonRowSchema),
});
export type DirectoryGroupDetails = v.InferOutput<typeof DirectoryGroupDetailsSchema>;

export const PreviewSchema = v.object({ rows: v.array(RowSchema), counts: Counts });
export type Preview = v.InferOutput<typeof PreviewSchema>;

export const batchStates = ['writing', 'done', 'stopped'] as const;
export type BatchState = (typeof batchStates)[number];
/** Up to 250 people: `rows` holds all; beyond, the refused ones and the groups only, and the rest is written as a job. */
export const BatchSchema = v.object({
  id: v.string(),
  state: v.picklist(batchStates),
  counts: Counts,
  rows: v.array(RowSchema),
});
export type Batch = v.InferOutput<typeof BatchSchema>;
