import { type DirectoryGroup, MOST_COUNTED } from '@doorstep/shared/directory';
import type { Page } from '@doorstep/shared/list';
import { planGroup } from '../../../actions/plan-group.ts';
import { objectIdOf } from '../../../domain/directory-id.ts';
import { findDirectoryGroup, findDirectoryGroups } from '../../../store/directory-group.ts';
import { type DirectoryUserRow, findDirectoryUser, findDirectoryUsers } from '../../../store/directory-user.ts';
import { setDismissed } from '../../../store/dismissal.ts';
import { newId } from '../../../store/new-id.ts';
import { findSummary } from '../../../store/summary.ts';
import { pageOf } from '../../api/page-of.ts';
import type { Ctx } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { directoryGroupShown, directoryUserShown } from '../../shown.ts';
import type { InviteForm } from '../../views/invite.ts';
import type { GroupToTick } from '../../views/invite-groups.ts';
import { invitePeoplePage, type Looked, type PersonToTick, peopleShown } from '../../views/invite-organization.ts';
import { dismissedNotice } from '../../views/invite-people.ts';
import { page } from '../page.ts';
import { adminShellOf, ENTRIES } from './admin-page.ts';
import type { Fields } from './invite-form.ts';

/** What is being looked at in the first step; nothing of it is sent. `shownQ` is what was looked for before. */
export function lookedIn(fields: Fields): Looked & { shownQ: string } {
  return {
    tab: fields.get('tab') === 'groups' ? 'groups' : 'people',
    q: (fields.get('q') ?? '').trim().slice(0, 200),
    shownQ: fields.get('shownQ') ?? '',
    show: peopleShown.find((one) => one === fields.get('show')) ?? 'suggested',
    cursor: fields.get('cursor') || null,
    open: fields.get('open') || null,
  };
}

export const newLook: Looked = { tab: 'people', q: '', show: 'suggested', cursor: null, open: null };

/** What a button of the first step does; null when it is none of this step. */
export async function pressedInOrganization(
  c: Ctx,
  form: InviteForm,
  looked: Looked,
  [verb, about]: readonly [string, string],
): Promise<Response | null> {
  switch (verb) {
    case 'tab':
      return showOrganization(c, form, { ...newLook, tab: about === 'groups' ? 'groups' : 'people' });
    case 'search':
      return showOrganization(c, form, { ...looked, cursor: null, open: null });
    case 'page':
      return showOrganization(c, form, { ...looked, cursor: about || null, open: null });
    case 'open':
      return showOrganization(c, form, { ...looked, open: about });
    case 'all':
      return showOrganization(c, withSearch(form, `invitation-required:${looked.q}`), looked);
    case 'drop':
      return showOrganization(c, { ...form, searches: form.searches.filter((_, at) => String(at) !== about) }, looked);
    case 'clear':
      return showOrganization(c, { ...form, people: [], groups: [], searches: [] }, looked);
    case 'dismiss':
    case 'suggest':
      return suggestion(c, form, looked, about, verb === 'dismiss');
    default:
      return null;
  }
}

/** The search for everybody covers every other one. */
const withSearch = (form: InviteForm, search: string): InviteForm => ({
  ...form,
  searches: search.endsWith(':') ? [search] : [...form.searches.filter((one) => one !== search), search],
});

/** *Never suggest*, and its undo. */
async function suggestion(c: Ctx, form: InviteForm, looked: Looked, id: string, isDismissed: boolean): Promise<Response> {
  const { deps, trace, now } = c.var;
  const objectId = objectIdOf('dus', id);
  const person = objectId && (await findDirectoryUser(deps.store, objectId));
  if (!person) return showOrganization(c, form, looked);
  const change = { isDismissed, by: memberOf(c).id, auditId: newId('aud'), now, trace };
  await setDismissed(deps.store, { ...change, objectIds: [person.objectId] });
  const without = isDismissed ? { ...form, people: form.people.filter((one) => one !== id) } : form;
  return showOrganization(c, without, looked, dismissedNotice(personShown(person), isDismissed));
}

/** The first step. Without a directory it says how there would be one. */
export async function showOrganization(c: Ctx, form: InviteForm, looked: Looked, said?: Looked['said']): Promise<Response> {
  const { hasDirectory, invitationRequired } = await findSummary(c.var.deps.store);
  const model = {
    ...{ ...(await adminShellOf(c)), form, errors: [], hasDirectory, invitationRequired },
    looked: said ? { ...looked, said } : looked,
    people: hasDirectory && looked.tab === 'people' ? await peopleFor(c, looked) : nobody,
    others: hasDirectory && looked.tab === 'people' ? await othersFor(c, looked) : [],
    groups: hasDirectory && looked.tab === 'groups' ? await groupsFor(c, form, looked) : nothing,
  };
  return page(c, invitePeoplePage(model));
}

const nobody: Page<PersonToTick> = { items: [], nextCursor: null };
const nothing: Page<GroupToTick> = { items: [], nextCursor: null };

const standings = { suggested: 'invitation-required', everybody: undefined, dismissed: 'dismissed' } as const;

async function peopleFor(c: Ctx, { q, show, cursor }: Looked): Promise<Page<PersonToTick>> {
  const { store } = c.var.deps;
  const last = await lastOf(cursor && objectIdOf('dus', cursor), (objectId) => findDirectoryUser(store, objectId));
  const rows = await findDirectoryUsers(store, { q, standing: standings[show], before: last?.seq, limit: ENTRIES + 1 });
  return pageOf(rows.map(personShown), ENTRIES, (person) => person);
}

const OTHERS_LOOKED_AT = 100;
const MOST_OTHERS = 20;

/** Whom a search finds beside those who are suggested: invited, members, not to be suggested. */
async function othersFor(c: Ctx, { q, show, cursor }: Looked): Promise<PersonToTick[]> {
  if (show !== 'suggested' || q === '' || cursor !== null) return [];
  const rows = await findDirectoryUsers(c.var.deps.store, { q, limit: OTHERS_LOOKED_AT });
  return rows
    .filter((row) => row.standing !== 'invitation-required')
    .slice(0, MOST_OTHERS)
    .map(personShown);
}

const personShown = (row: DirectoryUserRow): PersonToTick => ({ ...directoryUserShown(row), isTenantGuest: row.isGuest === 1 });

/** So many groups of one page say what inviting them would do: that is looked up person by person, of large ones only when it is asked for. */
const MOST_PLANNED = 10;
const GROUPS = 20;

async function groupsFor(c: Ctx, form: InviteForm, { q, cursor, open }: Looked): Promise<Page<GroupToTick>> {
  const { store } = c.var.deps;
  const after = await lastOf(cursor && objectIdOf('dgr', cursor), (objectId) => findDirectoryGroup(store, objectId));
  const rows = await findDirectoryGroups(store, { q, after, limit: GROUPS + 1 });
  const { items, nextCursor } = pageOf(rows.map(directoryGroupShown), GROUPS, (group) => group);
  const isLookedInto = ({ id, people }: DirectoryGroup) => id === open || (form.groups.includes(id) && people <= MOST_COUNTED);
  const planned = new Set(items.filter(isLookedInto).slice(0, MOST_PLANNED));
  const groups: GroupToTick[] = [];
  for (const group of items)
    groups.push({ ...group, ...(planned.has(group) ? await planGroup(c.var.deps, group.id, c.var.now) : notPlanned) });
  return { items: groups, nextCursor };
}

const notPlanned = { plan: undefined, firstPeople: [] };

/** What is no cursor of this list gives its first page. */
const lastOf = async <Row>(id: string | null, find: (id: string) => Promise<Row | null>): Promise<Row | undefined> =>
  (id === null || id === '' ? null : await find(id)) ?? undefined;
