import { Hono } from 'hono';
import { type Provisioned, type ProvisionResult, readDocument } from '../../actions/provision.ts';
import { changeUser, createUser, deleteUser } from '../../actions/provision-user.ts';
import { readUserFilter } from '../../directory/scim/filter.ts';
import { patchUser } from '../../directory/scim/patch.ts';
import { type Projection, project } from '../../directory/scim/projection.ts';
import { noSuch } from '../../directory/scim/refusal.ts';
import { readUser, type ScimUser } from '../../directory/scim/resource.ts';
import { USER } from '../../directory/scim/shape.ts';
import { directoryUserId, objectIdOf } from '../../domain/directory-id.ts';
import { othersTurn } from '../../store/others-turn.ts';
import { findScimUser, findScimUsers } from '../../store/scim-user.ts';
import type { Ctx, Env } from '../env.ts';
import { provisionerOf } from './provisioner.ts';
import { projectionIn, readListing, readScimBody } from './read-scim.ts';
import { listOf, scimAnswer, scimBase, scimError } from './scim-answer.ts';

/** RFC 7644, 3, for people. A deleted one is 404 until it is made again. */
export const users = new Hono<Env>()
  .get('/', async (c) => {
    const { startIndex, count, filter, projection } = readListing(c);
    const read = readUserFilter(filter);
    if ('refusal' in read) return scimError(c, read.refusal);
    if (read.value === 'nobody') return scimAnswer(c, 200, listOf([], 0, startIndex));
    const { total, rows } = await findScimUsers(c.var.deps.store, read.value, { startIndex, count }, othersTurn);
    const resources = rows.map((row) => shown(c, readDocument<ScimUser>(row.objectId, row.document), projection));
    return scimAnswer(c, 200, listOf(resources, total, startIndex));
  })
  .post('/', async (c) => {
    const body = await readScimBody(c);
    const user = 'refusal' in body ? body : readUser(body.value);
    if ('refusal' in user) return scimError(c, user.refusal);
    const result = await createUser(c.var.deps, provisionerOf(c), user.value);
    if ('refusal' in result) return scimError(c, result.refusal);
    return scimAnswer(c, 201, shown(c, result.done, projectionIn(c)), { Location: locationOf(c, result.done.objectId) });
  })
  .get('/:id', async (c) => {
    const row = await findScimUser(c.var.deps.store, objectIdOf('dus', c.req.param('id')) ?? '');
    if (!row) return scimError(c, noSuch('user').refusal);
    return scimAnswer(c, 200, shown(c, readDocument<ScimUser>(row.objectId, row.document), projectionIn(c)));
  })
  .put('/:id', async (c) => {
    const body = await readScimBody(c);
    if ('refusal' in body) return scimError(c, body.refusal);
    return answerChange(c, await change(c, c.req.param('id'), (before) => readUser(body.value, before)));
  })
  .patch('/:id', async (c) => {
    const body = await readScimBody(c);
    if ('refusal' in body) return scimError(c, body.refusal);
    return answerChange(c, await change(c, c.req.param('id'), (before) => patchUser(before, body.value)));
  })
  .delete('/:id', async (c) => {
    const objectId = objectIdOf('dus', c.req.param('id'));
    const result = objectId === null ? noSuch('user') : await deleteUser(c.var.deps, provisionerOf(c), objectId);
    return 'refusal' in result ? scimError(c, result.refusal) : scimAnswer(c, 204, null);
  });

async function change(c: Ctx, id: string, make: Parameters<typeof changeUser>[3]): Promise<ProvisionResult<ScimUser>> {
  const objectId = objectIdOf('dus', id);
  return objectId === null ? noSuch('user') : changeUser(c.var.deps, provisionerOf(c), objectId, make);
}

const answerChange = (c: Ctx, result: ProvisionResult<ScimUser>): Response =>
  'refusal' in result ? scimError(c, result.refusal) : scimAnswer(c, 200, shown(c, result.done, projectionIn(c)));

const locationOf = (c: Ctx, objectId: string): string => `${scimBase(c.var.deps.publicUrl)}/Users/${directoryUserId(objectId)}`;

const shown = (c: Ctx, { objectId, resource, created, lastModified }: Provisioned<ScimUser>, projection: Projection) =>
  project(
    {
      schemas: [USER],
      id: directoryUserId(objectId),
      ...resource,
      meta: {
        resourceType: 'User',
        created: new Date(created).toISOString(),
        lastModified: new Date(lastModified).toISOString(),
        location: locationOf(c, objectId),
      },
    },
    projection,
  );
