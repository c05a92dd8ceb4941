import { memberStates } from '@doorstep/shared/member';
import { Hono } from 'hono';
import { findAccessRequests } from '../../../store/access-request.ts';
import { findInvitations } from '../../../store/invitation.ts';
import { countLeftBehind } from '../../../store/left-behind.ts';
import { findMembers } from '../../../store/member.ts';
import { countProposals } from '../../../store/proposal.ts';
import { findSummary } from '../../../store/summary.ts';
import { findUserGroupNames } from '../../../store/user-group.ts';
import { pageOf } from '../../api/page-of.ts';
import type { Ctx, Env } from '../../env.ts';
import { accessRequestShown, invitationShown, membersShown, summaryShown } from '../../shown.ts';
import { type UsersTable, usersPage } from '../../views/users.ts';
import { page } from '../page.ts';
import { adminShellOf, choiceIn, cursorIn, ENTRIES, searchIn } from './admin-page.ts';

const tables = ['members', 'invitations', 'requests'] as const;
const prefixOf = { members: 'mem', invitations: 'inv', requests: 'req' } as const;

/** Members in a table; invitations and requests in its place when their widget is pressed. */
export const users = new Hono<Env>().get('/', async (c) => {
  const show = choiceIn(c, 'show', tables) ?? 'members';
  const cursor = cursorIn(c, 'cursor', prefixOf[show]);
  const summary = summaryShown(await findSummary(c.var.deps.store), c.var.deps.isSetByEnvironment.signOn, c.var.now);
  const leftBehind = await countLeftBehind(c.var.deps.store, c.var.now);
  const proposals = await countProposals(c.var.deps.store);
  return page(
    c,
    usersPage({ ...(await adminShellOf(c)), summary, leftBehind, proposals, cursor, table: await tableOf(c, show, cursor) }),
  );
});

async function tableOf(c: Ctx, show: UsersTable['show'], cursor: string | null): Promise<UsersTable> {
  const { deps, now } = c.var;
  const wanted = { limit: ENTRIES + 1, ...(cursor === null ? {} : { cursor }) };
  switch (show) {
    case 'members': {
      const q = searchIn(c);
      const state = choiceIn(c, 'state', memberStates);
      const isProposed = choiceIn(c, 'proposed', ['yes']) !== null;
      const rows = await findMembers(deps.store, { ...wanted, q, isProposed, ...(state === null ? {} : { state }) });
      const members = pageOf(await membersShown(deps.store, rows), ENTRIES, (member) => member);
      return { show, members, groups: await findUserGroupNames(deps.store), q, state, isProposed };
    }
    case 'invitations': {
      const rows = await findInvitations(deps.store, { ...wanted, state: 'pending' }, now);
      return { show, invitations: pageOf(rows, ENTRIES, (row) => invitationShown(row, now)) };
    }
    case 'requests': {
      const rows = await findAccessRequests(deps.store, { ...wanted, state: 'open' }, now);
      return { show, requests: pageOf(rows, ENTRIES, (row) => accessRequestShown(row, now)) };
    }
  }
}
