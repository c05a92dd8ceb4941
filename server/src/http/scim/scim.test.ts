import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { directoryUserId } from '../../domain/directory-id.ts';
import { openTestApp, type TestApp } from '../test-app.ts';
import { connectProvider, objectIdOfNumber, type TestProvider, userBody } from './testing/provider.ts';

let house: TestApp;
let entra: TestProvider;

beforeEach(async () => {
  house = await openTestApp();
  entra = await connectProvider(house);
});

describe('what the service says of itself', () => {
  test('its configuration, types and schemas, as lists and one by one', async () => {
    const config = await entra.get('/ServiceProviderConfig');
    expect(config.type).toBe('application/scim+json');
    expect(config.body).toMatchObject({ patch: { supported: true }, bulk: { supported: false }, filter: { supported: true } });
    for (const list of ['/ResourceTypes', '/Schemas']) {
      const { body } = await entra.get(list);
      expect(body.totalResults).toBe(2);
      for (const one of body.Resources) expect((await entra.get(`${list}/${one.id}`)).body).toEqual(one);
    }
  });

  test('a filter on it is forbidden, an unknown one is not found', async () => {
    expect((await entra.get('/Schemas?filter=id%20eq%20%22x%22')).status).toBe(403);
    expect((await entra.get('/Schemas/urn:nothing')).body).toMatchObject({ status: '404', schemas: [ERROR] });
    expect((await entra.get('/ResourceTypes/Robot')).status).toBe(404);
  });

  test('every attribute that a schema declares can be written and is read back', async () => {
    const { body } = await entra.get('/Schemas/urn:ietf:params:scim:schemas:core:2.0:User');
    const names = body.attributes.map(({ name }: { name: string }) => name);
    const made = await entra.post('/Users', userBody(1, { displayName: 'Abe', userType: 'Guest', preferredLanguage: 'de' }));
    expect(Object.keys(made.body)).toEqual(expect.arrayContaining(names));
  });
});

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

test('people of another tenant than the known ones are not mixed with them', async () => {
  const { id } = (await entra.post('/Users', userBody(1))).body;
  await house.store.write([house.store.db.run(sql`UPDATE directory SET tenant_id = 'another'`)]);
  const refused = await entra.post('/Users', userBody(2));
  expect([refused.status, refused.body.schemas]).toEqual([403, [ERROR]]);
  await house.store.write([house.store.db.run(sql`UPDATE directory SET tenant_id = ${house.deps.tenantId}`)]);
  expect((await entra.get(`/Users/${id}`)).status).toBe(200);
  expect((await entra.get('/Users')).body.totalResults).toBe(1);
});

describe('errors have the shape of RFC 7644, 3.12', () => {
  test.each([
    ['GET', '/Nothing', 404],
    ['GET', '/Users/dus_nothing', 404],
    ['GET', '/Me', 404],
    ['POST', '/Bulk', 404],
    ['DELETE', '/Users', 405],
    ['PUT', '/Schemas', 405],
    ['POST', '/ServiceProviderConfig', 405],
  ])('%s %s: %i', async (method, path, status) => {
    const answer = await entra.send(method, path, method === 'POST' || method === 'PUT' ? {} : undefined);
    expect(answer).toMatchObject({ status, type: 'application/scim+json' });
    expect(answer.body).toMatchObject({ schemas: [ERROR], status: String(status) });
    if (status === 405) expect(answer.headers.get('allow')).toBeTruthy();
  });

  test('another type is 415, too much 413, no JSON 400', async () => {
    const text = await entra.send('POST', '/Users', '<user/>', { 'content-type': 'text/xml' });
    expect(text).toMatchObject({ status: 415, body: { schemas: [ERROR] } });
    const large = await entra.send('POST', '/Users', `{"userName":"${'x'.repeat(1_100_000)}"}`);
    expect(large).toMatchObject({ status: 413, body: { schemas: [ERROR] } });
    for (const body of ['{', '[]', 'null', '"text"', '']) {
      expect(await entra.send('POST', '/Users', body)).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
    }
  });

  test('plain JSON is taken too', async () => {
    expect((await entra.send('POST', '/Users', userBody(1), { 'content-type': 'application/json' })).status).toBe(201);
  });

  test('no cookie is set and no other site is let in', async () => {
    const { headers } = await entra.send('GET', '/Users', undefined, { origin: 'https://elsewhere.example' });
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('users', () => {
  test('made, read, found, replaced and deleted', async () => {
    const id = directoryUserId(objectIdOfNumber(1));
    const made = await entra.post('/Users', userBody(1));
    expect(made).toMatchObject({ status: 201, body: { id, active: true, userName: 'abe-1@contoso.example' } });
    expect(made.headers.get('location')).toBe(`http://localhost:3000/scim/v2/Users/${id}`);
    expect(made.body.meta).toMatchObject({ resourceType: 'User', location: made.headers.get('location') });
    expect((await entra.get(`/Users/${id}`)).body).toEqual(made.body);
    expect((await entra.get('/Users')).body).toMatchObject({ totalResults: 1, Resources: [made.body] });

    house.clock.now += 1000;
    const replaced = await entra.put(`/Users/${id}`, userBody(1, { name: { givenName: 'Honest' }, emails: undefined }));
    expect(replaced).toMatchObject({ status: 200, body: { name: { givenName: 'Honest' } } });
    expect(replaced.body).not.toHaveProperty('emails');
    expect(replaced.body.meta.created).toBe(made.body.meta.created);
    expect(replaced.body.meta.lastModified).not.toBe(made.body.meta.lastModified);

    expect(await entra.delete(`/Users/${id}`)).toMatchObject({ status: 204, body: null });
    expect((await entra.get(`/Users/${id}`)).status).toBe(404);
    expect((await entra.delete(`/Users/${id}`)).status).toBe(404);
    expect((await entra.get('/Users')).body.totalResults).toBe(0);
    expect((await entra.post('/Users', userBody(1))).status).toBe(201);
  });

  test('the same externalId or userName twice is 409 uniqueness, in any case', async () => {
    await entra.post('/Users', userBody(1));
    await entra.post('/Users', userBody(2));
    const again = { status: 409, body: { scimType: 'uniqueness' } };
    expect(await entra.post('/Users', userBody(1, { userName: 'other' }))).toMatchObject(again);
    expect(await entra.post('/Users', userBody(3, { userName: 'ABE-1@contoso.example' }))).toMatchObject(again);
    const other = `/Users/${directoryUserId(objectIdOfNumber(2))}`;
    expect(await entra.put(other, userBody(2, { userName: 'Abe-1@Contoso.example' }))).toMatchObject(again);
    expect((await entra.get(other)).body.userName).toBe('abe-2@contoso.example');
  });

  test.each([
    ['no externalId', { externalId: undefined }, 'invalidValue'],
    ['mailNickname as externalId', { externalId: 'abe' }, 'invalidValue'],
    ['no userName', { userName: undefined }, 'invalidValue'],
    ['an empty userName', { userName: ' ' }, 'invalidValue'],
    ['a number as userName', { userName: 7 }, 'invalidValue'],
    ['a list as name', { name: ['x', 'y'] }, 'invalidValue'],
    ['half a character', { displayName: '\ud800' }, 'invalidValue'],
    ['NUL', { displayName: 'a\0b' }, 'invalidValue'],
    ['a word as active', { active: 'perhaps' }, 'invalidValue'],
    ['a very long text', { displayName: 'x'.repeat(1001) }, 'invalidValue'],
    ['too many emails', { emails: Array.from({ length: 51 }, (_, at) => ({ value: `${at}@x.example` })) }, 'invalidValue'],
  ])('%s: 400, and nobody is made', async (_, wrong, scimType) => {
    expect(await entra.post('/Users', userBody(1, wrong))).toMatchObject({ status: 400, body: { scimType } });
    expect((await entra.get('/Users')).body.totalResults).toBe(0);
  });

  test('an externalId that is no object id says what to map', async () => {
    const { body } = await entra.post('/Users', userBody(1, { externalId: 'abe' }));
    expect(body.detail).toContain('map objectId to externalId');
  });

  test('externalId stands for the account and cannot be changed', async () => {
    await entra.post('/Users', userBody(1));
    const path = `/Users/${directoryUserId(objectIdOfNumber(1))}`;
    const refused = { status: 400, body: { scimType: 'mutability' } };
    expect(await entra.put(path, userBody(2))).toMatchObject(refused);
    expect(await entra.patch(path, { op: 'replace', path: 'externalId', value: objectIdOfNumber(2) })).toMatchObject(refused);
    expect(await entra.patch(path, { op: 'replace', path: 'id', value: 'x' })).toMatchObject(refused);
    const upper = { op: 'replace', path: 'externalId', value: objectIdOfNumber(1).toUpperCase() };
    expect((await entra.patch(path, upper)).status).toBe(200);
  });

  test('pages are counted from 1', async () => {
    for (let number = 1; number <= 5; number += 1) await entra.post('/Users', userBody(number));
    const page = (await entra.get('/Users?startIndex=4&count=3')).body;
    expect(page).toMatchObject({ totalResults: 5, startIndex: 4, itemsPerPage: 2 });
    expect((await entra.get('/Users?startIndex=2&count=2')).body).toMatchObject({ totalResults: 5, itemsPerPage: 2 });
    expect((await entra.get('/Users?count=0')).body).toMatchObject({ totalResults: 5, itemsPerPage: 0, Resources: [] });
    expect((await entra.get('/Users?startIndex=-3&count=-1')).body).toMatchObject({ startIndex: 1, itemsPerPage: 0 });
    expect((await entra.get('/Users?startIndex=99')).body).toMatchObject({ totalResults: 5, itemsPerPage: 0 });
  });

  test('attributes and excludedAttributes choose what is answered; id and schemas always are', async () => {
    await entra.post('/Users', userBody(1));
    const few = (await entra.get('/Users?attributes=USERNAME,name.givenName,emails.value')).body.Resources[0];
    expect(Object.keys(few).sort()).toEqual(['emails', 'id', 'name', 'schemas', 'userName']);
    expect(few.name).toEqual({ givenName: 'Abe' });
    expect(few.emails).toEqual([{ value: 'abe.lincoln-1@contoso.example' }]);
    const most = (await entra.get(`/Users/${few.id}?excludedAttributes=emails,name.formatted,id`)).body;
    expect(most).toMatchObject({ id: few.id, userName: few.userName, name: { givenName: 'Abe', familyName: 'Lincoln' } });
    expect(most).not.toHaveProperty('emails');
    expect(most.name).not.toHaveProperty('formatted');
    const made = await entra.send('POST', '/Users?attributes=userName', userBody(2));
    expect(Object.keys(made.body).sort()).toEqual(['id', 'schemas', 'userName']);
  });

  test('of somebody whom Graph has seen, name and address stay as Graph says', async () => {
    await house.store.db.run(sql`INSERT INTO directory_users (object_id, name, address, graph_state, first_seen_at, changed_at)
      VALUES (${objectIdOfNumber(1)}, 'Abraham', 'a@contoso.example', 'enabled', 0, 0)`);
    expect((await entra.post('/Users', userBody(1))).status).toBe(201);
    const [row] = await house.store.db.all(sql`SELECT name, address, scim_state AS scim FROM directory_users`);
    expect(row).toEqual({ name: 'Abraham', address: 'a@contoso.example', scim: 'active' });
    await entra.post('/Users', userBody(2));
    const [other] = await house.store.db.all(
      sql`SELECT name, address, user_name AS userName FROM directory_users WHERE graph_state IS NULL`,
    );
    expect(other).toEqual({ name: 'Abe Lincoln', address: 'abe.lincoln-2@contoso.example', userName: 'abe-2@contoso.example' });
    const addresses = await house.store.db.all(
      sql`SELECT address, source FROM directory_addresses WHERE object_id = ${objectIdOfNumber(2)}`,
    );
    expect(addresses).toHaveLength(2);
  });
});

test('what lists and mails show of a person is one line, and a guest is one', async () => {
  await entra.post(
    '/Users',
    userBody(1, { displayName: 'Abe\nLincoln\u0007', preferredLanguage: 'not a tag', userType: 'Guest' }),
  );
  const [row] = await house.store.db.all(sql`SELECT name, language, is_guest AS guest, guest_of AS home FROM directory_users`);
  expect(row).toMatchObject({ language: null, guest: 1, home: 'contoso.example' });
  expect((row as { name: string }).name).not.toMatch(/\p{Cc}/u);
});
