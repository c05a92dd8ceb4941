import { foldAddress } from '@doorstep/shared/email-address';
import type { InvitationId } from '@doorstep/shared/ids';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countPlans,
  crowdRow,
  type DirectoryPerson,
  type Invitee,
  type KnownPerson,
  maskAddress,
  nobodyNamed,
  personOfAddress,
  personOfIdentity,
  planPeople,
} from './invitation.ts';

const knownAs = (facts: Partial<KnownPerson>): KnownPerson => ({
  memberState: null,
  name: null,
  pendingInvitationId: null,
  ...facts,
});
const known = new Map<string, KnownPerson>([
  ['mail:sam@contoso.example', knownAs({ memberState: 'active', name: 'Sam Okafor' })],
  ['mail:sue@contoso.example', knownAs({ memberState: 'suspended' })],
  ['mail:mia@contoso.example', knownAs({ pendingInvitationId: 'inv_1' as InvitationId, name: 'Mia' })],
]);
const typed = (address: string, recipient: number): Invitee => ({
  recipient,
  person: personOfAddress(address),
  address,
  user: null,
});
const asWished = () => ({ accessUntil: null, isCut: false });
const plan = (...emails: string[]) => planPeople(emails.map(typed), known, nobodyNamed(), asWished);

const user = (word: string, facts: Partial<DirectoryPerson> = {}): Invitee => {
  const objectId = `00000000-0000-4000-8000-${Buffer.from(word.padEnd(6)).toString('hex')}`;
  const identity = { tenantId: 'contoso', objectId };
  const person = {
    name: word,
    address: `${word}@contoso.example`,
    isGuest: false,
    language: null,
    status: 'enabled' as const,
    ...facts,
  };
  return { recipient: 0, person: personOfIdentity(identity), address: person.address, user: { ...person, ...identity } };
};
const planUsers = (...people: Invitee[]) =>
  planPeople(people, new Map(), nobodyNamed(), asWished).map(({ plan, because }) => because ?? plan);

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

test('ENT-54: a directory user and a typed address of theirs are one person; two people with one address are two', () => {
  const mia = user('mia');
  expect(planUsers(mia, mia)).toEqual(['invite', 'duplicate']);
  expect(planUsers(mia, typed('MIA@contoso.example', 1))).toEqual(['invite', 'duplicate']);
  expect(planUsers(typed('MIA@contoso.example', 1), mia)).toEqual(['invite', 'duplicate']);
  expect(planUsers(mia, user('office', { address: 'mia@contoso.example' }))).toEqual(['invite', 'invite']);
});

test('ENT-53: whom the directory calls disabled or gone, and whom no mail reaches, is refused', () => {
  const people = [
    user('a', { status: 'disabled' }),
    user('b', { status: 'gone' }),
    user('c', { address: null }),
    user('d', { address: '@' }),
  ];
  expect(planUsers(...people)).toEqual(['disabled-in-directory', 'disabled-in-directory', 'not-an-address', 'not-an-address']);
});

test('ENT-56: the row of a group counts its people, those who get a mail first, and its plan is the best of theirs', () => {
  const crowd = { recipient: 3, name: 'Design', address: null, objectId: null };
  const people = planPeople([user('a', { status: 'disabled' }), user('b')], new Map(), nobodyNamed(), asWished);
  const row = crowdRow(crowd, people);
  expect(row).toMatchObject({ recipient: 3, name: 'Design', plan: 'invite', counts: { invite: 1, resend: 0, refuse: 1 } });
  expect(row.people!.map(({ plan }) => plan)).toEqual(['invite', 'refuse']);
  expect(crowdRow(crowd, people.slice(0, 1))).toMatchObject({ plan: 'refuse', because: 'disabled-in-directory' });
  expect(crowdRow(crowd, [])).toMatchObject({ plan: 'refuse', because: 'empty-group', people: [] });
  expect(countPlans([row, crowdRow(crowd, [])])).toEqual({ invite: 1, resend: 0, refuse: 2 });
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
