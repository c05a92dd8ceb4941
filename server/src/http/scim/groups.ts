import { Hono } from 'hono';
import { type Provisioned, readDocument } from '../../actions/provision.ts';
import { changeGroup, createGroup, deleteGroup } from '../../actions/provision-group.ts';
import { readGroupFilter } from '../../directory/scim/filter.ts';
import { patchGroup } from '../../directory/scim/patch.ts';
import { type Projection, project, wants } from '../../directory/scim/projection.ts';
import { noSuch } from '../../directory/scim/refusal.ts';
import { idOfMember, readGroup, type ScimGroup, type ScimMember } from '../../directory/scim/resource.ts';
import { GROUP } from '../../directory/scim/shape.ts';
import { directoryGroupId, objectIdOf } from '../../domain/directory-id.ts';
import { othersTurn } from '../../store/others-turn.ts';
import { findScimGroup, findScimGroups, findScimMembers } from '../../store/scim-group.ts';
import type { Ctx, Env } from '../env.ts';
import { provisionerOf } from './provisioner.ts';
import { projectionIn, readListing, readScimBody } from './read-scim.ts';
import { listOf, scimAnswer, scimBase, scimError } from './scim-answer.ts';

/** With all their members, groups are large: fewer stand on one page. */
const MOST_WITH_MEMBERS = 20;

/** RFC 7644, 3, for groups. A PATCH answers 204, as Entra expects it (reference: Entra, section 3). */
export const groups = new Hono<Env>()
  .get('/', async (c) => {
    const { startIndex, count, filter, projection } = readListing(c);
    const read = readGroupFilter(filter);
    if ('refusal' in read) return scimError(c, read.refusal);
    if (read.value === 'nobody') return scimAnswer(c, 200, listOf([], 0, startIndex));
    const most = wants(projection, 'members') ? Math.min(count, MOST_WITH_MEMBERS) : count;
    const { total, rows } = await findScimGroups(c.var.deps.store, read.value, { startIndex, count: most });
    const resources: unknown[] = [];
    for (const row of rows) resources.push(await shown(c, readDocument<ScimGroup>(row.objectId, row.document), projection));
    return scimAnswer(c, 200, listOf(resources, total, startIndex));
  })
  .post('/', async (c) => {
    const body = await readScimBody(c);
    const read = 'refusal' in body ? body : readGroup(body.value);
    if ('refusal' in read) return scimError(c, read.refusal);
    const result = await createGroup(c.var.deps, provisionerOf(c), read.value.group, read.value.members);
    if ('refusal' in result) return scimError(c, result.refusal);
    const location = { Location: locationOf(c, 'Groups', directoryGroupId(result.done.objectId)) };
    return scimAnswer(c, 201, await shown(c, result.done, projectionIn(c)), location);
  })
  .get('/:id', async (c) => {
    const row = await findScimGroup(c.var.deps.store, objectIdOf('dgr', c.req.param('id')) ?? '');
    if (!row) return scimError(c, noSuch('group').refusal);
    return scimAnswer(c, 200, await shown(c, readDocument<ScimGroup>(row.objectId, row.document), projectionIn(c)));
  })
  .put('/:id', async (c) => {
    const body = await readScimBody(c);
    if ('refusal' in body) return scimError(c, body.refusal);
    const result = await change(c, c.req.param('id'), (before) => {
      const read = readGroup(body.value, before.externalId);
      if ('refusal' in read) return read;
      return { value: { group: read.value.group, steps: [{ step: 'clear' }, { step: 'add', members: read.value.members }] } };
    });
    if ('refusal' in result) return scimError(c, result.refusal);
    return scimAnswer(c, 200, await shown(c, result.done, projectionIn(c)));
  })
  .patch('/:id', async (c) => {
    const body = await readScimBody(c);
    if ('refusal' in body) return scimError(c, body.refusal);
    const result = await change(c, c.req.param('id'), (before) => patchGroup(before, body.value));
    return 'refusal' in result ? scimError(c, result.refusal) : scimAnswer(c, 204, null);
  })
  .delete('/:id', async (c) => {
    const objectId = objectIdOf('dgr', c.req.param('id'));
    const result = objectId === null ? noSuch('group') : await deleteGroup(c.var.deps, provisionerOf(c), objectId);
    return 'refusal' in result ? scimError(c, result.refusal) : scimAnswer(c, 204, null);
  });

async function change(c: Ctx, id: string, make: Parameters<typeof changeGroup>[3]): ReturnType<typeof changeGroup> {
  const objectId = objectIdOf('dgr', id);
  return objectId === null ? noSuch('group') : changeGroup(c.var.deps, provisionerOf(c), objectId, make);
}

const locationOf = (c: Ctx, endpoint: 'Users' | 'Groups', id: string): string =>
  `${scimBase(c.var.deps.publicUrl)}/${endpoint}/${id}`;

async function shown(c: Ctx, group: Provisioned<ScimGroup>, projection: Projection): Promise<Record<string, unknown>> {
  const { objectId, resource, created, lastModified } = group;
  const id = directoryGroupId(objectId);
  const members = wants(projection, 'members') ? await findScimMembers(c.var.deps.store, objectId, othersTurn) : [];
  const meta = {
    resourceType: 'Group',
    created: new Date(created).toISOString(),
    lastModified: new Date(lastModified).toISOString(),
    location: locationOf(c, 'Groups', id),
  };
  const rest = members.length === 0 ? {} : { members: members.map((member) => shownMember(c, member)) };
  return project({ schemas: [GROUP], id, ...resource, ...rest, meta }, projection);
}

const shownMember = (c: Ctx, member: ScimMember) => {
  const value = idOfMember(member);
  return { value, $ref: locationOf(c, member.isGroup ? 'Groups' : 'Users', value), type: member.isGroup ? 'Group' : 'User' };
};
