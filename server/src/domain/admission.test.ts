import { expect, test } from 'vitest';
import { type CoveredPerson, domainOf, type LeftOut, provenDomains, whyLeftOut } from './admission.ts';

const somebody: CoveredPerson = {
  status: 'enabled',
  membership: null,
  isInvited: false,
  wasInvited: false,
  isDismissed: false,
  hasAddress: true,
};

const table: [facts: Partial<CoveredPerson>, suggest: LeftOut | null, invite: LeftOut | null, letIn: LeftOut | null][] = [
  [{}, null, null, null],
  [{ status: null }, null, null, null],
  [{ status: 'disabled' }, 'disabled', 'disabled', 'disabled'],
  [{ status: 'gone' }, 'disabled', 'disabled', 'disabled'],
  [{ membership: 'active' }, 'member', 'member', 'member'],
  [{ membership: 'suspended', status: 'disabled' }, 'member', 'member', 'member'],
  [{ membership: 'removed' }, 'was-member', 'was-member', 'was-member'],
  [{ isInvited: true, wasInvited: true }, 'invited', 'invited', null],
  [{ wasInvited: true }, null, 'was-invited', null],
  [{ isDismissed: true }, 'dismissed', 'dismissed', null],
  [{ hasAddress: false }, null, 'no-address', null],
];

test.each(table)('a rule and somebody who is %o: suggests %s, invites %s, lets in %s', (facts, suggest, invite, letIn) => {
  const person = { ...somebody, ...facts };
  expect(whyLeftOut('suggest', person)).toBe(suggest);
  expect(whyLeftOut('invite', person)).toBe(invite);
  expect(whyLeftOut('let-in', person)).toBe(letIn);
});

test('INV-29: a domain is what stands behind the last @, with nothing folded but ASCII letters', () => {
  expect(domainOf('Mia@Contoso.Example')).toBe('contoso.example');
  expect(domainOf('"a@b"@contoso.example')).toBe('contoso.example');
  expect(domainOf('mia@MÜNCHEN.example')).toBe('mÜnchen.example');
  for (const none of ['', '@contoso.example', 'mia@', 'contoso.example', 'mia_x.example#EXT#@contoso.example'])
    expect(domainOf(none)).toBeNull();
  expect(provenDomains(['a@x.example', 'b@X.example', 'nobody'])).toEqual(['x.example']);
});
