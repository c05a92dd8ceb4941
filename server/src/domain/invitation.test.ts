import { foldAddress } from '@doorstep/shared/email-address';
import type { InvitationId } from '@doorstep/shared/ids';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countPlans, type KnownPerson, maskAddress, personOfAddress, planInvitations } from './invitation.ts';

const knownAs = (facts: Partial<KnownPerson>): KnownPerson => ({
  memberState: null,
  name: null,
  pendingInvitationId: null,
  pendingAs: null,
  ...facts,
});
const known = new Map<string, KnownPerson>([
  ['mail:sam@contoso.example', knownAs({ memberState: 'active', name: 'Sam Okafor' })],
  ['mail:sue@contoso.example', knownAs({ memberState: 'suspended' })],
  [
    'mail:mia@contoso.example',
    knownAs({ pendingInvitationId: 'inv_1' as InvitationId, pendingAs: 'mail:mia@contoso.example', name: 'Mia' }),
  ],
]);
const plan = (...emails: string[]) =>
  planInvitations(
    emails.map((email) => ({ email })),
    known,
  );

test('INV-14, INV-15: each row says what will happen, and why not', () => {
  expect(
    plan('new@contoso.example', 'mia@contoso.example', 'SAM@contoso.example', 'sue@contoso.example', 'nonsense'),
  ).toMatchObject([
    { recipient: 0, address: 'new@contoso.example', plan: 'invite' },
    { recipient: 1, plan: 'resend', name: 'Mia' },
    { recipient: 2, plan: 'refuse', because: 'already-member', name: 'Sam Okafor' },
    { recipient: 3, plan: 'refuse', because: 'suspended' },
    { recipient: 4, address: 'nonsense', plan: 'refuse', because: 'not-an-address' },
  ]);
});

test('INV-14: the same person twice is named once; spaces and ASCII case do not make another', () => {
  expect(
    plan('a@contoso.example', ' A@Contoso.Example ', 'a@contoso.example').map(({ plan, because }) => because ?? plan),
  ).toEqual(['invite', 'duplicate', 'duplicate']);
});

test('INV-29: dots, plus-tags and Unicode forms are other people', () => {
  const rows = plan(
    'ab@contoso.example',
    'a.b@contoso.example',
    'ab+x@contoso.example',
    'ab@cont\u00F6so.example',
    'ab@conto\u0308so.example',
  );
  expect(rows.map((row) => row.plan)).toEqual(Array(5).fill('invite'));
});

const anyList = fc.array(
  fc.oneof(
    fc.emailAddress(),
    fc.string(),
    fc.constantFrom(
      'sam@contoso.example',
      'MIA@contoso.example',
      'sue@contoso.example',
      'x@contoso.example',
      ' x@CONTOSO.example',
    ),
  ),
  { maxLength: 30 },
);

test('INV-35: whatever is typed, there is one answer per recipient in their order, and the counts are those of the rows', () => {
  fc.assert(
    fc.property(anyList, (emails) => {
      const rows = plan(...emails);
      const { invite, resend, refuse } = countPlans(rows);
      expect(rows.map((row) => row.recipient)).toEqual(emails.map((_, at) => at));
      expect(invite + resend + refuse).toBe(emails.length);
      expect(rows.every((row) => (row.plan === 'refuse') === (row.because !== undefined))).toBe(true);
    }),
  );
});

test('INV-14: nobody is planned twice', () => {
  fc.assert(
    fc.property(anyList, (emails) => {
      const people = plan(...emails).flatMap((row) => (row.plan === 'refuse' ? [] : [personOfAddress(row.address!)]));
      expect(new Set(people).size).toBe(people.length);
    }),
  );
});

test('a masked address shows its first character and its domain, never the rest', () => {
  expect(maskAddress('mia@contoso.example')).toBe('m•••@contoso.example');
  expect(maskAddress('\u{1F600}x@contoso.example')).toBe('\u{1F600}•••@contoso.example');
  fc.assert(
    fc.property(fc.emailAddress(), (address) => {
      const masked = maskAddress(address);
      const [local, domain] = [address.slice(0, address.lastIndexOf('@')), address.slice(address.lastIndexOf('@'))];
      expect(masked).toBe(`${[...local][0]}•••${domain}`);
      expect(maskAddress(foldAddress(address)).length).toBe(masked.length);
    }),
  );
});
