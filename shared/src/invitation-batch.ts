import * as v from 'valibot';
import { languages } from './invitation.ts';
import { Role } from './member.ts';

export const NOTE_LENGTH = 1000;
export const DEFAULT_EXPIRES_IN_DAYS = 7;
export const MAX_EXPIRES_IN_DAYS = 30;
/** What one request may name; larger lists are sent as several batches. */
export const MAX_RECIPIENTS = 100_000;

const noUserGroupsYet = v.optional(v.pipe(v.array(v.string()), v.maxLength(0, 'there are no user groups yet')));
const accessUntil = v.optional(v.nullable(v.pipe(v.number(), v.safeInteger('must be a whole number of milliseconds'))));

/** Other recipients (`directoryUserId`, `directoryGroupId`, `directorySearch`) come with the directory. */
export const Recipient = v.strictObject({
  email: v.pipe(v.string('must be a text'), v.maxLength(1000, 'must be at most 1000 characters')),
  role: v.optional(Role),
  userGroupIds: noUserGroupsYet,
  accessUntil,
});
export type Recipient = v.InferOutput<typeof Recipient>;

export const NewBatch = v.strictObject({
  recipients: v.pipe(
    v.array(Recipient),
    v.minLength(1, 'must name at least one recipient'),
    v.maxLength(MAX_RECIPIENTS, `must name at most ${MAX_RECIPIENTS} recipients`),
  ),
  role: v.optional(Role, 'member'),
  language: v.optional(v.nullable(v.picklist(languages, `must be one of ${languages.join(', ')}`)), null),
  note: v.optional(
    v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(NOTE_LENGTH, `must be at most ${NOTE_LENGTH} characters`))),
    null,
  ),
  expiresInDays: v.optional(
    v.pipe(
      v.number(),
      v.integer('must be a whole number of days'),
      v.minValue(1, 'must be at least 1 day'),
      v.maxValue(MAX_EXPIRES_IN_DAYS, `must be at most ${MAX_EXPIRES_IN_DAYS} days`),
    ),
    DEFAULT_EXPIRES_IN_DAYS,
  ),
  accessUntil,
  userGroupIds: noUserGroupsYet,
});
export type NewBatch = v.InferOutput<typeof NewBatch>;

export const refusals = [
  'not-an-address',
  'already-member',
  'suspended',
  'disabled-in-directory',
  'guests-not-allowed',
  'duplicate',
  'not-expandable',
] as const;
export type Refusal = (typeof refusals)[number];

/** What will happen to one recipient, or has: `invitationId` is there after sending. */
export const RowSchema = v.object({
  recipient: v.number(),
  address: v.nullable(v.string()),
  directoryUserId: v.nullable(v.string()),
  name: v.nullable(v.string()),
  plan: v.picklist(['invite', 'resend', 'refuse']),
  because: v.optional(v.picklist(refusals)),
  invitationId: v.optional(v.string()),
});
export type Row = v.InferOutput<typeof RowSchema>;

export const Counts = v.object({ invite: v.number(), resend: v.number(), refuse: v.number() });
export type Counts = v.InferOutput<typeof Counts>;

export const PreviewSchema = v.object({ rows: v.array(RowSchema), counts: Counts });
export type Preview = v.InferOutput<typeof PreviewSchema>;

export const batchStates = ['writing', 'done', 'stopped'] as const;
export type BatchState = (typeof batchStates)[number];
/** Up to 250 people: `rows` holds all; beyond, the refused ones only, and the rest is written as a job. */
export const BatchSchema = v.object({
  id: v.string(),
  state: v.picklist(batchStates),
  counts: Counts,
  rows: v.array(RowSchema),
});
export type Batch = v.InferOutput<typeof BatchSchema>;
