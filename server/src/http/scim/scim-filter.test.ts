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

describe('filters', () => {
  beforeEach(async () => {
    await entra.post('/Users', userBody(1, { displayName: 'Abe' }));
    await entra.post(
      '/Users',
      userBody(2, { active: false, userName: 'CONTOSO\\bea', emails: [{ value: 'Bea@Home.example', type: 'home' }] }),
    );
  });
  const find = (filter: string) => entra.get(`/Users?filter=${encodeURIComponent(filter)}`);

  test.each([
    ['userName eq "ABE-1@contoso.example"', 1],
    ['username EQ "abe-1@contoso.example"', 1],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "abe-1@contoso.example"', 1],
    ['userName eq "CONTOSO\\\\bea"', 1],
    ['userName eq "CONTOSO\\bea"', 1],
    [`externalId eq "${objectIdOfNumber(1).toUpperCase()}"`, 1],
    [`id eq "${directoryUserId(objectIdOfNumber(2))}"`, 1],
    ['emails[type eq "work"].value eq "abe.lincoln-1@contoso.example"', 1],
    ['emails[type eq "home" and value eq "bea@home.example"]', 1],
    ['emails[type eq "work"].value eq "bea@home.example"', 0],
    ['emails.value eq "bea@home.example"', 1],
    ['displayName eq "abe"', 1],
    ['active eq true', 1],
    ['active eq false', 1],
    ['active eq "False"', 1],
    ['userName eq "abe-1@contoso.example" and active eq true', 1],
    ['userName eq "abe-1@contoso.example" and active eq false', 0],
    [`id eq "${directoryUserId(objectIdOfNumber(1))}" and externalId eq "${objectIdOfNumber(2)}"`, 0],
    ['externalId eq "abe"', 0],
    ['id eq "1"', 0],
    ['userName eq "nobody"', 0],
  ])('%s finds %i', async (filter, hits) => {
    expect(await find(filter)).toMatchObject({ status: 200, body: { totalResults: hits } });
  });

  test.each([
    'userName',
    'userName eq',
    'userName eq abe',
    'userName eq "a" and',
    'userName eq "a" or userName eq "b"',
    'not (userName eq "a")',
    'userName co "a"',
    'userName pr',
    'nickName eq "a"',
    'userName eq 7',
    'userName eq "a" and userName eq "b"',
    'emails[type eq "work"]',
    'emails[type eq "work"',
    'constructor eq "a"',
    '',
    '"',
    '('.repeat(5000),
    `${'emails['.repeat(300)}`,
    `userName eq "${'a'.repeat(1000)}"`,
  ])('%s is an invalidFilter', async (filter) => {
    expect(await find(filter)).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
  });
});
