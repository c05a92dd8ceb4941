import {
  AccessRequestQuery,
  AccessRequestSchema,
  Approval,
  Denial,
  ManyDecidedSchema,
  ManyDecisions,
} from '@doorstep/shared/access-request';
import {
  DirectoryGroupQuery,
  DirectoryGroupSchema,
  DirectorySchema,
  DirectoryUserQuery,
  DirectoryUserSchema,
} from '@doorstep/shared/directory';
import { InvitationQuery, InvitationSchema } from '@doorstep/shared/invitation';
import { BatchSchema, DirectoryGroupDetailsSchema, NewBatch, PreviewSchema } from '@doorstep/shared/invitation-batch';
import { pageOf, pageQuery } from '@doorstep/shared/list';
import { ConnectedBrowserSchema, MeSchema, SummarySchema } from '@doorstep/shared/me';
import { MemberQuery, MemberSchema } from '@doorstep/shared/member';
import { NewOptionPreset, OptionPresetSchema } from '@doorstep/shared/option-preset';
import type { ProblemKey } from '@doorstep/shared/problem';
import { NewUserGroup, UserGroupQuery, UserGroupSchema } from '@doorstep/shared/user-group';
import * as v from 'valibot';

export type Operation = {
  summary: string;
  query?: v.ObjectSchema<v.ObjectEntries, undefined> | v.StrictObjectSchema<v.ObjectEntries, undefined>;
  body?: v.GenericSchema;
  answer: number;
  content?: v.GenericSchema;
  problems: ProblemKey[];
  headers?: string[];
};

const writes: ProblemKey[] = ['not-json', 'unsupported-type', 'too-large', 'invalid-fields'];
const onPages: Operation = { summary: 'Done on pages, after signing in again', answer: 403, problems: ['fresh-sign-in-needed'] };

/** The JSON API as a table: what CONTRACT says in words, in the order of the nouns. */
export const operations: Record<string, Record<string, Operation>> = {
  '/me': { get: { summary: 'Who calls', answer: 200, content: MeSchema, problems: [] } },
  '/summary': {
    get: {
      summary: 'The numbers of badge and widgets',
      answer: 200,
      content: SummarySchema,
      problems: [],
      headers: ['If-None-Match'],
    },
  },
  '/invitation-batches/preview': {
    post: {
      summary: 'What would happen to each recipient',
      body: NewBatch,
      answer: 200,
      content: PreviewSchema,
      problems: writes,
    },
  },
  '/invitation-batches': {
    post: {
      summary: 'Invite',
      body: NewBatch,
      answer: 202,
      content: BatchSchema,
      problems: [...writes, 'fresh-sign-in-needed', 'idempotency-key-reused', 'still-running'],
      headers: ['Idempotency-Key'],
    },
  },
  '/invitation-batches/{id}': {
    get: { summary: 'A batch as it is now', answer: 200, content: BatchSchema, problems: ['not-found'] },
  },
  '/invitation-batches/{id}/stop': {
    post: { summary: 'Stop what waits', answer: 200, content: BatchSchema, problems: ['not-found', 'already-ended'] },
  },
  '/invitations': {
    get: {
      summary: 'Invitations, newest first',
      query: InvitationQuery,
      answer: 200,
      content: pageOf(InvitationSchema),
      problems: ['invalid-fields'],
    },
  },
  '/invitations/{id}': { get: { summary: 'One invitation', answer: 200, content: InvitationSchema, problems: ['not-found'] } },
  '/invitations/{id}/resend': {
    post: {
      summary: 'Send again with a new key',
      answer: 200,
      content: InvitationSchema,
      problems: ['not-found', 'not-pending', 'sent-too-often', 'guests-not-allowed', 'fresh-sign-in-needed'],
    },
  },
  '/invitations/{id}/revoke': {
    post: { summary: 'Take back', answer: 200, content: InvitationSchema, problems: ['not-found', 'not-pending'] },
  },
  '/directory': {
    get: {
      summary: 'How the directory is kept in step, with the last ten rounds',
      answer: 200,
      content: DirectorySchema,
      problems: [],
    },
  },
  '/directory/sync': {
    post: {
      summary: 'Begin a round of the sync as soon as possible',
      answer: 202,
      content: DirectorySchema,
      problems: ['not-found'],
    },
  },
  '/directory/users': {
    get: {
      summary: 'People of the organization, newest first; those who match a search in its order',
      query: DirectoryUserQuery,
      answer: 200,
      content: pageOf(DirectoryUserSchema),
      problems: ['invalid-fields'],
    },
  },
  '/directory/users/{id}': {
    get: { summary: 'One person of the organization', answer: 200, content: DirectoryUserSchema, problems: ['not-found'] },
  },
  '/directory/users/{id}/dismiss': {
    post: { summary: 'Never suggest to invite the person', answer: 200, content: DirectoryUserSchema, problems: ['not-found'] },
  },
  '/directory/users/{id}/suggest': {
    post: { summary: 'Suggest the person again', answer: 200, content: DirectoryUserSchema, problems: ['not-found'] },
  },
  '/directory/groups': {
    get: {
      summary: 'Groups of the organization, by name',
      query: DirectoryGroupQuery,
      answer: 200,
      content: pageOf(DirectoryGroupSchema),
      problems: ['invalid-fields'],
    },
  },
  '/directory/groups/{id}': {
    get: {
      summary: 'One group, and what inviting it would do',
      answer: 200,
      content: DirectoryGroupDetailsSchema,
      problems: ['not-found'],
    },
  },
  '/option-presets': {
    get: { summary: 'Saved options, by name', answer: 200, content: pageOf(OptionPresetSchema), problems: [] },
    post: {
      summary: 'Save options under a name, instead of what was saved under it',
      body: NewOptionPreset,
      answer: 201,
      content: OptionPresetSchema,
      problems: writes,
    },
  },
  '/option-presets/{id}': { delete: { summary: 'Forget saved options', answer: 204, problems: ['not-found'] } },
  '/access-requests': {
    get: {
      summary: 'Access requests, newest first',
      query: AccessRequestQuery,
      answer: 200,
      content: pageOf(AccessRequestSchema),
      problems: ['invalid-fields'],
    },
  },
  '/access-requests/decide': {
    post: {
      summary: 'Decide many at once: what becomes of each',
      body: ManyDecisions,
      answer: 200,
      content: ManyDecidedSchema,
      problems: writes,
    },
  },
  '/access-requests/{id}': {
    get: { summary: 'One access request', answer: 200, content: AccessRequestSchema, problems: ['not-found'] },
  },
  '/access-requests/{id}/approve': {
    post: {
      summary: 'Let the person in',
      body: Approval,
      answer: 200,
      content: AccessRequestSchema,
      problems: [
        ...writes,
        'not-found',
        'own-request',
        'already-decided',
        'person-gone',
        'guests-not-allowed',
        'guest-administrator',
        'fresh-sign-in-needed',
      ],
    },
  },
  '/access-requests/{id}/deny': {
    post: {
      summary: 'Do not let the person in',
      body: Denial,
      answer: 200,
      content: AccessRequestSchema,
      problems: [...writes, 'not-found', 'own-request', 'already-decided'],
    },
  },
  '/members': {
    get: {
      summary: 'Members, newest first',
      query: MemberQuery,
      answer: 200,
      content: pageOf(MemberSchema),
      problems: ['invalid-fields'],
    },
  },
  '/members/{id}': {
    get: { summary: 'One member', answer: 200, content: MemberSchema, problems: ['not-found'] },
    patch: onPages,
    delete: onPages,
  },
  '/members/{id}/suspend': { post: onPages },
  '/members/{id}/resume': { post: onPages },
  '/members/{id}/end-sessions': { post: onPages },
  '/user-groups': {
    get: {
      summary: 'User groups, newest first',
      query: UserGroupQuery,
      answer: 200,
      content: pageOf(UserGroupSchema),
      problems: ['invalid-fields'],
    },
    post: {
      summary: 'Make a custom user group',
      body: NewUserGroup,
      answer: 201,
      content: UserGroupSchema,
      problems: writes,
      headers: ['Idempotency-Key'],
    },
  },
  '/user-groups/{id}': { patch: onPages, delete: onPages },
  '/user-groups/{id}/members/{memberId}': { put: onPages, delete: onPages },
  '/connected-browsers': {
    get: {
      summary: 'Connected browsers, newest first',
      query: v.strictObject(pageQuery),
      answer: 200,
      content: pageOf(ConnectedBrowserSchema),
      problems: ['invalid-fields'],
    },
  },
  '/connected-browsers/{id}': {
    delete: { summary: 'End the own connected browser', answer: 204, problems: ['not-found', 'fresh-sign-in-needed'] },
  },
};
