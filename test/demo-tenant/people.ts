/** Contoso, the tenant the workspace belongs to (the GUID of the published examples). */
export const CONTOSO = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
/** Fabrikam, the home of the guest. */
export const FABRIKAM = '72f988bf-86f1-41af-91ab-2d7cd0110000';
/** Northwind, a tenant that has nothing to do with ours. */
export const NORTHWIND = '0b2f7a4e-5c1d-4c39-8a57-3f0d6f0c9e11';

export type PersonKind = 'administrator' | 'colleague' | 'guest' | 'other-tenant';

/** Somebody with an account. What is absent here is absent from the ID token too. */
export interface Person {
  /** Short name for forms and tests. */
  readonly key: string;
  readonly kind: PersonKind;
  readonly name: string;
  readonly preferredUsername: string;
  readonly email?: string;
  /** "Email domain owner verified"; Entra sends it as boolean, number or string (entra.md 1.5). */
  readonly xmsEdov?: boolean | number | string;
  /** Tenant that issues this person's tokens, a GUID. */
  readonly tenantId: string;
  /** Object id in that tenant, a GUID. */
  readonly oid: string;
  /** Home identity provider; only guests have it. */
  readonly idp?: string;
  /** 0 member, 1 guest. */
  readonly acct?: 0 | 1;
  /** Merged into the ID token last: for claims that only a test needs. */
  readonly extraClaims?: Readonly<Record<string, unknown>>;
}

/** What a test must say to make somebody up; the rest is a proven colleague at Contoso. */
export type NewPerson = Pick<Person, 'key'> & Partial<Person>;

/** The same people for everybody who tries the demonstration. */
export const DEMO_PEOPLE: readonly Person[] = [
  contoso({ key: 'sam', kind: 'administrator', name: 'Sam Okafor', oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474' }),
  contoso({ key: 'mia', name: 'Mia Novák', oid: '37de1ae3-408f-4702-8636-20824abda004' }),
  contoso({ key: 'ana', name: 'Ana Lima', oid: '605d1257-ffff-40b6-8e5f-528a53f5dd55' }),
  // An address nobody proved: it may be shown, never believed.
  contoso({ key: 'ben', name: 'Ben Walsh', oid: '632f6bb2-3ec8-4c1f-9073-0027a8c68593', xmsEdov: undefined }),
  // No mailbox: no `email` claim at all.
  contoso({ key: 'jo', name: 'Jo Ferreira', oid: '86462606-fde0-4fc4-9e0c-a20eb73e54c6', email: undefined, xmsEdov: undefined }),
  {
    key: 'tom',
    kind: 'guest',
    name: 'Tom Kerr',
    preferredUsername: 't.kerr@fabrikam.example',
    email: 't.kerr@fabrikam.example',
    xmsEdov: true,
    tenantId: CONTOSO,
    oid: '05833b6b-aa1d-42d4-9ec0-1b2bb9194438',
    idp: `https://sts.windows.net/${FABRIKAM}/`,
    acct: 1,
  },
  {
    key: 'olga',
    kind: 'other-tenant',
    name: 'Olga Stern',
    preferredUsername: 'olga@northwind.example',
    email: 'olga@northwind.example',
    xmsEdov: true,
    tenantId: NORTHWIND,
    oid: 'c2f798fd-f95d-4623-8824-63aec21fffff',
    acct: 0,
  },
];

/** A person of Contoso; what is not said follows from the key. */
function contoso(person: NewPerson): Person {
  const address = `${person.key}@contoso.example`;
  return {
    kind: 'colleague',
    name: person.key,
    preferredUsername: address,
    email: address,
    xmsEdov: true,
    tenantId: CONTOSO,
    oid: crypto.randomUUID(),
    acct: 0,
    ...person,
  };
}

/** Who has an account, in order of appearance. Adding a key again replaces that person. */
export class Accounts {
  readonly #people = new Map(DEMO_PEOPLE.map((person) => [person.key, person]));
  /** Can sign in like everybody else, but are too many to be shown unasked. */
  readonly #colleagues = new Map<string, Person>();

  list(): readonly Person[] {
    return [...this.#people.values()];
  }

  colleagues(): readonly Person[] {
    return [...this.#colleagues.values()];
  }

  add(person: NewPerson): Person {
    const added = contoso(person);
    this.#people.set(added.key, added);
    return added;
  }

  addColleague(person: NewPerson): Person {
    const added = contoso(person);
    this.#colleagues.set(added.key, added);
    return added;
  }

  find(key: string): Person | undefined {
    return this.#people.get(key) ?? this.#colleagues.get(key);
  }

  findByObjectId(oid: string): Person | undefined {
    return this.#everybody().find((person) => person.oid === oid);
  }

  /** By a piece of the name or user name. */
  search(text: string): readonly Person[] {
    const wanted = text.trim().toLowerCase();
    return this.#everybody().filter(({ name, preferredUsername }) =>
      `${name} ${preferredUsername}`.toLowerCase().includes(wanted),
    );
  }

  #everybody(): readonly Person[] {
    return [...this.list(), ...this.colleagues()];
  }

  /** By user name, address or the opaque `login_hint` claim, as Entra does. */
  findByHint(hint: string): Person | undefined {
    const wanted = hint.trim().toLowerCase();
    return this.#everybody().find((person) =>
      [person.preferredUsername.toLowerCase(), person.email?.toLowerCase(), opaqueLoginHint(person).toLowerCase()].includes(
        wanted,
      ),
    );
  }
}

/** The `login_hint` claim: means something to the identity provider alone. */
export function opaqueLoginHint(person: Person): string {
  return `O.${Buffer.from(`${person.tenantId}/${person.oid}`).toString('base64url')}`;
}
