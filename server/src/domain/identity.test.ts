import { describe, expect, test } from 'vitest';
import { type DirectoryPerson, withDirectory, withVouching } from './identity.ts';
import { mia } from './testing/people.ts';

const person: DirectoryPerson = {
  status: 'enabled',
  name: 'Mia of the directory',
  address: 'mia@contoso.example',
  isGuest: false,
  guestOf: null,
  trustedAddresses: ['mia@contoso.example', 'SMTP:M.Novak@contoso.example'],
};
const says = (address: string | null) => ({ ...mia, address, addressIsTrusted: false, trustedAddresses: [] });

test('whom the directory does not know is who the provider says', () => {
  expect(withDirectory(mia, null)).toBe(mia);
});

test('ENT-40: trusted is what the directory proves, and the claim that the provider vouches for', () => {
  const vouched = { ...mia, address: 'new@contoso.example', trustedAddresses: ['new@contoso.example'] };
  expect(withDirectory(vouched, person)).toMatchObject({
    address: 'new@contoso.example',
    addressIsTrusted: true,
    trustedAddresses: ['new@contoso.example', 'mia@contoso.example', 'm.novak@contoso.example'],
  });
});

describe('the address that is kept', () => {
  test('is the claim as the account writes it, where the directory proves it', () => {
    expect(withDirectory(says('MIA@contoso.example'), person)).toMatchObject({
      address: 'MIA@contoso.example',
      addressIsTrusted: true,
    });
  });
  test("is the directory's rather than one that the account only says", () => {
    for (const claim of ['eve@evil.example', null])
      expect(withDirectory(says(claim), person)).toMatchObject({ address: 'mia@contoso.example', addressIsTrusted: true });
  });
  test('is a proven one rather than the one that is listed', () => {
    const listed = { ...person, address: 'ceo@northwind.example', trustedAddresses: ['mia@contoso.example'] };
    expect(withDirectory(says(null), listed)).toMatchObject({ address: 'mia@contoso.example', addressIsTrusted: true });
  });
  test('is what the account says, unproven, where nothing is proven', () => {
    const bare = { ...person, trustedAddresses: [] };
    expect(withDirectory(says('eve@evil.example'), bare)).toMatchObject({ address: 'eve@evil.example', addressIsTrusted: false });
    expect(withDirectory(says(null), bare)).toMatchObject({ address: 'mia@contoso.example', addressIsTrusted: false });
  });
});

test('ENT-60: a guest of the directory is one where the token does not tell; the token goes first', () => {
  const guest = { ...person, isGuest: true, guestOf: 'fabrikam.example' };
  expect(withDirectory(mia, guest).guestOf).toBe('fabrikam.example');
  expect(withDirectory({ ...mia, guestOf: 'live.com' }, guest).guestOf).toBe('live.com');
  expect(withDirectory(mia, { ...guest, guestOf: null }).guestOf).toBe('contoso.example');
  expect(withDirectory(mia, person).guestOf).toBeNull();
});

test('a name that the token leaves out comes from the directory', () => {
  expect(withDirectory({ ...mia, name: null }, person).name).toBe('Mia of the directory');
  expect(withDirectory(mia, person).name).toBe('Mia Novák');
});

describe('where the tenant vouches for its e-mail claim', () => {
  test('what the account says counts as proven, beside what is', () => {
    expect(withVouching(says('New@contoso.example'), 'New@contoso.example')).toMatchObject({
      ...{
        address: 'New@contoso.example',
        addressIsTrusted: true,
        trustedAddresses: ['new@contoso.example'],
        isVouchedFor: true,
      },
    });
    const listed = withDirectory(says('new@contoso.example'), person);
    expect(withVouching(listed, 'new@contoso.example')).toMatchObject({
      address: 'mia@contoso.example',
      trustedAddresses: [...listed.trustedAddresses, 'new@contoso.example'],
    });
  });
  test('a guest, as the token or the directory says, is not vouched for; nor is it noted where nothing had to be', () => {
    const guest = { ...says('g@contoso.example'), guestOf: 'fabrikam.example' };
    expect(withVouching(guest, guest.address)).toBe(guest);
    const listed = withDirectory(says('g@contoso.example'), { ...person, isGuest: true, trustedAddresses: [] });
    expect(withVouching(listed, 'g@contoso.example')).toBe(listed);
    expect(withVouching(says(null), null).trustedAddresses).toEqual([]);
    const proven = { ...mia, address: 'mia@contoso.example', trustedAddresses: ['mia@contoso.example'] };
    expect(withVouching(proven, 'MIA@contoso.example')).toBe(proven);
  });
});
