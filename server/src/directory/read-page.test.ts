import { describe, expect, test } from 'vitest';
import { readPage } from './read-page.ts';

const ABE = '690222be-ff1a-4d56-abd1-7e4f7d38e474';
const RITA = '05833b6b-aa1d-42d4-9ec0-1b2bb9194438';
const SALES = '2e5807ce-58f3-4a94-9b37-ffff2e085957';
const DELTA = { '@odata.deltaLink': 'https://graph.example/v1.0/users/delta?$deltatoken=A' };
const users = (...value: unknown[]) => readPage('users', { ...DELTA, value })?.changes;
const groups = (...value: unknown[]) => readPage('groups', { ...DELTA, value })?.changes;

describe('a page', () => {
  test('has exactly one of the two links, as sent', () => {
    const next = { '@odata.nextLink': 'https://graph.example/v1.0/users/delta?$skiptoken=%2B+ä'.replace('ä', 'a') };
    expect(readPage('users', { ...next, value: [] })).toMatchObject({ next: next['@odata.nextLink'], delta: null });
    expect(readPage('users', { ...DELTA, value: [] })).toMatchObject({ next: null, delta: DELTA['@odata.deltaLink'] });
    for (const body of [
      { value: [] },
      { ...DELTA, ...next, value: [] },
      DELTA,
      { ...DELTA, value: {} },
      null,
      [],
      { '@odata.nextLink': 7, value: [] },
    ]) {
      expect(readPage('users', body)).toBe(null);
    }
    expect(readPage('users', { '@odata.nextLink': 'https://graph.example/\0', value: [] })).toBe(null);
  });

  test('what names nobody is left out, what has a wrong type counts as not said', () => {
    expect(users(null, 7, {}, { id: 7 }, { id: 'no-guid' })).toEqual([]);
    expect(users({ id: ABE.toUpperCase(), displayName: 7, accountEnabled: 'false', mail: [] })).toMatchObject([
      { id: ABE, name: undefined, state: undefined, mail: undefined, sources: [] },
    ]);
  });
});

describe('a person', () => {
  test('ENT-71: absent is not said, null is cleared', () => {
    expect(users({ id: ABE })).toEqual([{ id: ABE, addresses: [], sources: [] }]);
    expect(users({ id: ABE, mail: null, displayName: null, accountEnabled: false })).toMatchObject([
      { mail: null, name: null, state: 'disabled', sources: ['mail'], addresses: [] },
    ]);
  });

  test('has addresses by what proves them, folded, each once; other schemes are none', () => {
    const proxyAddresses = ['SMTP:Abe@Contoso.example', 'smtp:abe@contoso.example', 'X500:/o=x', 'smtp:no address', 7];
    expect(
      users({ id: ABE, mail: 'Abe@Contoso.example', userPrincipalName: 'abe.l@contoso.example', proxyAddresses }),
    ).toMatchObject([
      {
        mail: 'Abe@Contoso.example',
        domain: 'contoso.example',
        addresses: [
          { address: 'abe@contoso.example', source: 'proxy' },
          { address: 'abe@contoso.example', source: 'mail' },
          { address: 'abe.l@contoso.example', source: 'user-name' },
        ],
      },
    ]);
  });

  test("a guest's user name is nobody's address and names no domain of ours", () => {
    const userPrincipalName = 'rita_fabrikam.example#EXT#@contoso.example';
    const identities = [{ signInType: 'federated', issuer: 'ExternalAzureAD' }];
    expect(users({ id: RITA, mail: 'rita@fabrikam.example', userPrincipalName, userType: 'Member', identities })).toMatchObject([
      { isGuest: true, home: 'fabrikam.example', domain: undefined, signInAddress: null, addresses: [{ source: 'mail' }] },
    ]);
    expect(users({ id: RITA, userType: 'Guest' })).toMatchObject([{ isGuest: true }]);
    expect(users({ id: RITA, userType: 'Member' })).toMatchObject([{ isGuest: undefined }]);
  });

  test('ENT-69: said twice in a page, the later word holds and what it leaves out stays', () => {
    expect(
      users({ id: ABE, displayName: 'Abe', mail: 'abe@contoso.example' }, { id: ABE, mail: null, accountEnabled: true }),
    ).toEqual([expect.objectContaining({ name: 'Abe', mail: null, state: 'enabled', addresses: [] })]);
    expect(users({ id: ABE, '@removed': { reason: 'changed' } }, { id: ABE, accountEnabled: true })).toMatchObject([
      { state: 'enabled' },
    ]);
    expect(users({ id: ABE, accountEnabled: true }, { id: ABE, '@removed': { reason: 'deleted' } })).toMatchObject([
      { state: 'deleted' },
    ]);
    expect(users({ id: ABE, '@removed': null })).toMatchObject([{ state: 'removed' }]);
  });
});

describe('a group', () => {
  const user = (id: string, more = {}) => ({ '@odata.type': '#microsoft.graph.user', id, ...more });

  test.each([
    [['Unified'], true, false, 'microsoft-365'],
    [[], false, true, 'security'],
    [[], true, true, 'mail-security'],
    [[], true, false, 'distribution'],
    [['DynamicMembership', 'Unified'], true, false, 'dynamic'],
  ])('of types %j, mail %s, security %s is %s', (groupTypes, mailEnabled, securityEnabled, kind) => {
    expect(groups({ id: SALES, groupTypes, mailEnabled, securityEnabled })).toMatchObject([{ kind }]);
    expect(groups({ id: SALES, groupTypes, mailEnabled })).toMatchObject([{ kind: undefined }]);
  });

  test('ENT-72: spread over a page it has all its members; the last word on each holds; devices are nobody', () => {
    const first = [user(ABE), { '@odata.type': '#microsoft.graph.device', id: RITA }, user(RITA)];
    const second = [user(ABE, { '@removed': { reason: 'deleted' } }), { '@odata.type': '#microsoft.graph.group', id: SALES }];
    expect(groups({ id: SALES, 'members@delta': first }, { id: SALES, 'members@delta': second })).toMatchObject([
      {
        members: [
          { id: ABE, isGroup: false, isRemoved: true },
          { id: RITA, isGroup: false, isRemoved: false },
          { id: SALES, isGroup: true, isRemoved: false },
        ],
      },
    ]);
  });

  test('DIR-10: who leaves a group leaves it, even when it is not said what they are; who comes so does not', () => {
    const members = [{ id: ABE, '@removed': { reason: 'deleted' } }, { id: RITA }];
    expect(groups({ id: SALES, 'members@delta': members })).toMatchObject([{ members: [{ id: ABE, isRemoved: true }] }]);
  });

  test('removed and back again in one page it begins with nobody', () => {
    const page = [
      { id: SALES, 'members@delta': [user(ABE)] },
      { id: SALES, '@removed': {} },
      { id: SALES, 'members@delta': [user(RITA)] },
    ];
    expect(groups(...page)).toMatchObject([{ state: 'present', wasRemoved: true, members: [{ id: RITA }] }]);
  });
});
