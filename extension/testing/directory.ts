import type { DirectoryGroup, DirectoryUser } from '@doorstep/shared/directory';
import type { Batch, Counts, PersonRow, Recipient, Row } from '@doorstep/shared/invitation-batch';
import type { Summary } from '@doorstep/shared/me';
import type { UserGroup } from '@doorstep/shared/user-group';
import { page, problem, type Reply, type Seen, type Workspace } from './workspace.ts';

const aUser = (id: string, name: string, more: Partial<DirectoryUser> = {}): DirectoryUser => ({
  id,
  name,
  address: `${id.slice(4)}@contoso.com`,
  guestOf: null,
  status: 'enabled',
  standing: 'invitation-required',
  firstSeenAt: 1,
  ...more,
});

export const mia = aUser('dus_mia', 'Mia Novák');
export const luc = aUser('dus_luc', 'Luc Dubois', { guestOf: 'fabrikam.com' });
export const noor = aUser('dus_noor', 'Noor Aziz');
export const rosa = aUser('dus_rosa', 'Rosa Marín', { standing: 'invited' });
export const ben = aUser('dus_ben', 'Ben Walsh', { standing: 'member' });
export const vera = aUser('dus_vera', 'Vera Popescu', { standing: 'out-of-scope', status: 'disabled' });

export const finance: DirectoryGroup = {
  id: 'dgr_finance',
  name: 'Finance',
  address: 'finance@contoso.com',
  kind: 'microsoft-365',
  people: 4,
};
const readers: UserGroup = {
  id: 'grp_readers',
  kind: 'custom',
  name: 'Budget readers',
  directoryGroupId: null,
  members: 31,
  createdAt: 1,
};
const everyone: UserGroup = { ...readers, id: 'grp_all', kind: 'synced', name: 'Everyone', directoryGroupId: finance.id };

const person = (recipient: number, { id, name, address }: DirectoryUser, more: Partial<PersonRow> = {}): PersonRow => ({
  recipient,
  address,
  directoryUserId: id,
  name,
  plan: 'invite',
  ...more,
});
const peopleOfFinance = (recipient: number): PersonRow[] => [
  person(recipient, mia),
  person(recipient, luc, { remark: 'tenant-guest' }),
  person(recipient, ben, { plan: 'refuse', because: 'already-member' }),
  person(recipient, vera, { plan: 'refuse', because: 'disabled-in-directory' }),
];

/** Lets the workspace answer as one whose directory has the people above, all of them in Finance but Noor and Rosa. */
export function hasDirectory(workspace: Workspace, people: DirectoryUser[] = [mia, luc, noor, rosa, ben, vera]): void {
  const users = new Map(people.map((user) => [user.id, user]));
  const groups = [readers, everyone];
  const { answers } = workspace;
  const required = () => [...users.values()].filter(({ standing }) => standing === 'invitation-required');
  answers['GET /api/v1/summary'] = () => ({ status: 200, body: { ...summary, invitationRequired: required().length } });
  answers['GET /api/v1/directory'] = () => ({ status: 200, body: directory(users.size) });
  answers['GET /api/v1/directory/users'] = ({ query }) =>
    page([...users.values()].filter((user) => hasName(user, query) && (query.get('status') ?? user.standing) === user.standing));
  for (const id of users.keys()) {
    const becomes = (standing: DirectoryUser['standing']) => (): Reply => {
      users.set(id, { ...users.get(id)!, standing });
      return { status: 200, body: users.get(id) };
    };
    answers[`POST /api/v1/directory/users/${id}/dismiss`] = becomes('dismissed');
    answers[`POST /api/v1/directory/users/${id}/suggest`] = becomes('invitation-required');
  }
  answers['GET /api/v1/directory/groups'] = ({ query }) => page([finance].filter((group) => hasName(group, query)));
  answers[`GET /api/v1/directory/groups/${finance.id}`] = () => ({
    status: 200,
    body: {
      ...finance,
      plan: { people: 4, invite: 2, resend: 0, members: 1, disabled: 1, guests: 1 },
      firstPeople: peopleOfFinance(0),
    },
  });
  answers['GET /api/v1/user-groups'] = ({ query }) => page(groups.filter((group) => hasName(group, query)));
  answers['POST /api/v1/user-groups'] = (seen) => makeGroup(groups, seen);
  answers['GET /api/v1/option-presets'] = () => page([]);
  const planned = ({ body }: Seen) => planOf(JSON.parse(body).recipients, required());
  answers['POST /api/v1/invitation-batches/preview'] = (seen) => ({ status: 200, body: planned(seen) });
  answers['POST /api/v1/invitation-batches'] = (seen) => ({
    status: 202,
    body: { id: 'bat_1', state: 'done', ...planned(seen) } satisfies Batch,
  });
}

const summary: Summary = {
  openAccessRequests: 0,
  invitationRequired: 0,
  pendingInvitations: 1,
  members: 2,
  oldestOpenRequestAt: null,
  decisionTime: null,
  expiring: null,
  directory: { lastSyncAt: 1 },
  asOf: 1,
};
const directory = (users: number) => ({
  users,
  groups: 1,
  isConnected: true,
  isProvisioned: false,
  lastSyncAt: 1,
  nextSyncAt: null,
  missingPermissions: [],
  assignmentRequired: true,
  runs: [],
});

const hasName = ({ name }: { name: string | null }, query: URLSearchParams): boolean =>
  name!.toLowerCase().includes((query.get('q') ?? '').toLowerCase());

function makeGroup(groups: UserGroup[], { body }: Seen): Reply {
  const { name } = JSON.parse(body);
  if (groups.some((group) => group.name === name))
    return problem('invalid-fields', 422, { errors: [{ pointer: '#/name', detail: 'is taken by another group' }] });
  groups.push({ ...readers, id: `grp_${groups.length}`, name, members: 0 });
  return { status: 201, body: groups.at(-1) };
}

const count = (rows: PersonRow[]): Counts => ({
  invite: rows.filter(({ plan }) => plan === 'invite').length,
  resend: rows.filter(({ plan }) => plan === 'resend').length,
  refuse: rows.filter(({ plan }) => plan === 'refuse').length,
});

function planOf(recipients: Recipient[], required: DirectoryUser[]) {
  const rows = recipients.map((recipient, index) => rowOf(recipient, index, required));
  return { rows, counts: count(rows.flatMap((row) => row.people ?? [row])) };
}

function rowOf(
  { email, directoryUserId, directoryGroupId, directorySearch }: Recipient,
  index: number,
  required: DirectoryUser[],
): Row {
  const plain: Row = { recipient: index, address: email ?? null, directoryUserId: null, name: null, plan: 'invite' };
  const whole = (people: PersonRow[], name: string | null) => ({ ...plain, name, people, counts: count(people) });
  if (directoryUserId) return person(index, required.find(({ id }) => id === directoryUserId) ?? noor);
  if (directorySearch)
    return whole(
      required.map((user) => person(index, user)),
      null,
    );
  if (directoryGroupId || email === finance.address)
    return { ...whole(peopleOfFinance(index), finance.name), directoryGroupId: finance.id };
  if (email === 'list@contoso.com') return { ...plain, plan: 'refuse', because: 'not-expandable' };
  return email?.endsWith('@fabrikam.com') ? { ...plain, remark: 'outside-directory' } : plain;
}
