import { beforeEach, describe, expect, test } from 'vitest';
import { directoryUserId } from '../../domain/directory-id.ts';
import { openTestApp, type TestApp } from '../test-app.ts';
import { connectProvider, type Json, objectIdOfNumber, type TestProvider, userBody } from './testing/provider.ts';

let house: TestApp;
let entra: TestProvider;
const path = `/Users/${directoryUserId(objectIdOfNumber(1))}`;
const WORK = 'abe.lincoln-1@contoso.example';

beforeEach(async () => {
  house = await openTestApp();
  entra = await connectProvider(house);
  await entra.post('/Users', userBody(1));
});

const patched = async (...operations: unknown[]) => {
  const answer = await entra.patch(path, ...operations);
  expect(answer.status).toBe(200);
  expect((await entra.get(path)).body).toEqual(answer.body);
  return answer.body;
};

describe('ENT-86: operations in the forms that Entra sends', () => {
  test.each([
    [{ op: 'Replace', path: 'active', value: 'False' }],
    [{ op: 'replace', path: 'active', value: false }],
    [{ op: 'ADD', path: 'ACTIVE', value: 'false' }],
    [{ Op: 'replace', Path: 'active', Value: [{ $ref: null, value: 'False' }] }],
    [{ op: 'replace', value: { active: false } }],
    [{ op: 'Replace', value: { 'urn:ietf:params:scim:schemas:core:2.0:User:active': 'False' } }],
    [{ op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: false }],
  ])('ENT-86: %j deactivates, its counterpart reactivates', async (operation) => {
    expect((await patched(operation)).active).toBe(false);
    expect((await patched({ op: 'Replace', path: 'active', value: 'True' })).active).toBe(true);
  });

  test('ENT-86: several attributes in one value without a path, dotted and with their schemas', async () => {
    const body = await patched(
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'a@contoso.example' },
      {
        op: 'replace',
        value: {
          displayName: 'A',
          'name.givenName': 'B',
          'emails[type eq "home"].value': 'home@contoso.example',
          'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber': '7',
          'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'x' },
        },
      },
    );
    expect(body).toMatchObject({ displayName: 'A', name: { givenName: 'B', familyName: 'Lincoln' } });
    expect(body.emails).toEqual([
      { primary: true, type: 'work', value: 'a@contoso.example' },
      { type: 'home', value: 'home@contoso.example' },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/enterprise|department|employeeNumber/);
  });

  test('ENT-86: what is not kept is ignored, in every place', async () => {
    const before = (await entra.get(path)).body;
    const after = await patched(
      { op: 'Add', path: 'manager', value: 'somebody' },
      {
        op: 'Add',
        path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
        value: [{ $ref: null, value: 'x' }],
      },
      { op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '1' },
      { op: 'remove', path: 'title' },
      { op: 'replace', path: 'name.honorificPrefix', value: 'Dr' },
    );
    expect(after).toEqual(before);
  });
});

describe('each writable attribute is added, replaced and removed', () => {
  test.each([
    ['displayName', 'One', 'Two'],
    ['userType', 'Guest', 'Member'],
    ['preferredLanguage', 'de', 'fr-CH'],
    ['name.formatted', 'One', 'Two'],
    ['name.familyName', 'One', 'Two'],
    ['name.givenName', 'One', 'Two'],
  ])('%s', async (attribute, one, two) => {
    const read = (body: Json) => attribute.split('.').reduce((value, part) => value?.[part], body);
    expect(read(await patched({ op: 'add', path: attribute, value: one }))).toBe(one);
    expect(read(await patched({ op: 'replace', path: attribute, value: two }))).toBe(two);
    expect(read(await patched({ op: 'remove', path: attribute }))).toBeUndefined();
    expect(read(await patched({ op: 'replace', path: attribute, value: one }))).toBe(one);
    expect(read(await patched({ op: 'replace', path: attribute, value: '' }))).toBeUndefined();
    expect(read(await patched({ op: 'add', path: attribute, value: null }))).toBeUndefined();
  });

  test('name as a whole', async () => {
    expect((await patched({ op: 'replace', path: 'name', value: { givenName: 'G' } })).name).toMatchObject({ givenName: 'G' });
    expect(await patched({ op: 'remove', path: 'name' })).not.toHaveProperty('name');
    expect((await patched({ op: 'add', path: 'name', value: { familyName: 'F' } })).name).toEqual({ familyName: 'F' });
  });

  test('userName is replaced, but never removed', async () => {
    expect((await patched({ op: 'replace', path: 'userName', value: 'abraham' })).userName).toBe('abraham');
    expect(await entra.patch(path, { op: 'remove', path: 'userName' })).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    });
    expect((await entra.get(path)).body.userName).toBe('abraham');
  });

  test('nobody comes in again because active lost its value: it takes true', async () => {
    await patched({ op: 'replace', path: 'active', value: false });
    for (const operation of [
      { op: 'remove', path: 'active' },
      { op: 'replace', path: 'active', value: null },
      { op: 'replace', path: 'active', value: '' },
    ]) {
      await entra.patch(path, operation);
      expect((await entra.get(path)).body.active).toBe(false);
    }
    expect((await patched({ op: 'replace', path: 'active', value: true })).active).toBe(true);
  });

  test('emails', async () => {
    const values = (body: Json) => (body.emails ?? []).map(({ value }: { value: string }) => value);
    expect(values(await patched({ op: 'add', path: 'emails', value: [{ value: 'b@x.example', type: 'home' }] }))).toEqual([
      WORK,
      'b@x.example',
    ]);
    expect(values(await patched({ op: 'add', path: 'emails', value: { value: 'c@x.example', primary: true } }))).toHaveLength(3);
    const { emails } = (await entra.get(path)).body;
    expect(emails.filter(({ primary }: { primary?: boolean }) => primary)).toEqual([{ value: 'c@x.example', primary: true }]);
    expect(values(await patched({ op: 'remove', path: 'emails[type eq "home"]' }))).toEqual([WORK, 'c@x.example']);
    expect(values(await patched({ op: 'Remove', path: 'emails', value: [{ value: 'c@x.example' }] }))).toEqual([WORK]);
    expect(values(await patched({ op: 'remove', path: 'emails[type eq "fax"].value' }))).toEqual([WORK]);
    expect(values(await patched({ op: 'replace', path: 'emails', value: [{ value: 'd@x.example' }] }))).toEqual(['d@x.example']);
    expect(values(await patched({ op: 'remove', path: 'emails' }))).toEqual([]);
    expect(values(await patched({ op: 'replace', path: 'emails[type eq "work"].value', value: 'e@x.example' }))).toEqual([
      'e@x.example',
    ]);
  });
});

describe('a wrong PATCH leaves the resource whole', () => {
  const good = { op: 'replace', path: 'displayName', value: 'Changed' };
  test.each([
    ['an unknown op', { op: 'move', path: 'displayName' }, 'invalidSyntax'],
    ['no op', { path: 'displayName' }, 'invalidSyntax'],
    ['a remove without path', { op: 'remove' }, 'noTarget'],
    ['no object without path', { op: 'add', value: 'x' }, 'invalidValue'],
    ['a path that is none', { op: 'replace', path: 'emails[type eq', value: 'x' }, 'invalidPath'],
    ['a filter that is none', { op: 'replace', path: 'emails[type].value', value: 'x' }, 'invalidFilter'],
    ['a filter that is not served', { op: 'replace', path: 'emails[type ne "work"].value', value: 'x' }, 'invalidFilter'],
    ['a filter on what has one value', { op: 'replace', path: 'name[givenName eq "Abe"]', value: {} }, 'invalidPath'],
    ['a target that is not there', { op: 'replace', path: 'emails[type eq "fax"]', value: { value: 'x@y.example' } }, 'noTarget'],
    ['a value of another type', { op: 'replace', path: 'name', value: 'Abe' }, 'invalidValue'],
    ['half a character', { op: 'replace', path: 'displayName', value: '\udc00' }, 'invalidValue'],
    ['a path that is a number', { op: 'replace', path: 7, value: 'x' }, 'invalidPath'],
    ['thousands of brackets', { op: 'replace', path: `emails[${'('.repeat(5000)}`, value: 'x' }, 'invalidPath'],
    ['no object', 'op', 'invalidSyntax'],
  ])('%s', async (_, wrong, scimType) => {
    const before = (await entra.get(path)).body;
    expect(await entra.patch(path, good, wrong)).toMatchObject({ status: 400, body: { scimType } });
    expect((await entra.get(path)).body).toEqual(before);
  });

  test('no operations, or too many', async () => {
    expect((await entra.patch(path)).status).toBe(400);
    expect((await entra.send('PATCH', path, { Operations: 'x' })).body.scimType).toBe('invalidSyntax');
    expect((await entra.patch(path, ...Array.from({ length: 1001 }, () => good))).status).toBe(413);
    expect((await entra.get(path)).body).not.toHaveProperty('displayName');
  });

  test('emails that keep growing', async () => {
    const add = (from: number) => ({
      op: 'add',
      path: 'emails',
      value: Array.from({ length: 40 }, (_, at) => ({ value: `${from + at}@x.example` })),
    });
    expect(await entra.patch(path, add(0), add(40))).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect((await entra.get(path)).body.emails).toHaveLength(1);
  });

  test('a name that reaches for the prototype changes no prototype', async () => {
    const body =
      '{"Operations":[{"op":"replace","value":{"__proto__.polluted":"x","constructor.prototype.polluted":"x","__proto__":{"polluted":"x"}}}]}';
    expect((await entra.send('PATCH', path, body)).status).toBe(400);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
