import type { GraphGroup, GraphUser, Member } from './objects.ts';
import type { Lazy } from './slots.ts';
import { TenantDirectory } from './tenant-directory.ts';

export interface DirectorySize {
  /** At most 1,000,000. */
  readonly users: number;
  /** At most 20,000. */
  readonly groups: number;
  /** Another seed makes other people. Default 1. */
  readonly seed?: number;
}

const USERS = 'u';
const GROUPS = 'g';
/** Groups in a group; the first eighth of all groups holds others. */
const NESTED = 4;
const LARGEST = 10_000;

/**
 * A directory of made-up people and nested groups, the same for the same size and seed. Every object is made from its number when
 * it is read; only what is changed is kept. The first group holds 10,000 people (or all), every thousandth 1,000, the others 5
 * to 84; one in 25 people is disabled, one in 33 a guest, one in 20 has no mailbox; some groups contain their own parent.
 */
export function generatedDirectory({ users, groups, seed = 1 }: DirectorySize): TenantDirectory {
  return new TenantDirectory({
    users: lazy(USERS, users, seed, (index, id) => user(index, id, seed)),
    groups: lazy(GROUPS, groups, seed, (index, id) => group(index, id, seed)),
    membersOf: (groupId) => members(indexOf(groupId, GROUPS, seed) ?? 0, { users, groups, seed }),
  });
}

function lazy<T>(kind: string, count: number, seed: number, make: (index: number, id: string) => T): Lazy<T> {
  return {
    count,
    at: (index) => make(index, idOf(index, kind, seed)),
    slotOf: (id) => {
      const index = indexOf(id, kind, seed);
      return index !== undefined && index < count ? index : undefined;
    },
  };
}

/** The number stands in the last digits; the first ones are mixed, for real ids come in no order either. */
function idOf(index: number, kind: string, seed: number): string {
  const [first, second] = [hex(mixed(index, seed), 8), hex(mixed(index, seed + 7) & 0xffff, 4)];
  return `${first}-${second}-4${hex(seed & 0xfff, 3)}-${kind === USERS ? 'a' : 'b'}${hex(0, 3)}-${hex(index, 12)}`;
}

function indexOf(id: string, kind: string, seed: number): number | undefined {
  const index = Number.parseInt(id.slice(-12), 16);
  return Number.isSafeInteger(index) && idOf(index, kind, seed) === id ? index : undefined;
}

function hex(value: number, digits: number): string {
  return (value >>> 0).toString(16).padStart(digits, '0');
}

/** A number in no relation to the next one's (the finalizer of MurmurHash3), 32 bits. */
function mixed(index: number, salt: number): number {
  let x = (index + Math.imul(salt, 0x9e3779b9)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function user(index: number, id: string, seed: number): GraphUser {
  const lot = mixed(index, seed + 1);
  const givenName = GIVEN[lot % GIVEN.length]!;
  const surname = FAMILY[(lot >>> 8) % FAMILY.length]!;
  const address = `${givenName}.${surname}.${index}@contoso.example`.toLowerCase();
  const isGuest = index % 33 === 32;
  const hasMail = index % 20 !== 19;
  return {
    id,
    displayName: `${givenName} ${surname}`,
    givenName,
    surname,
    ...(hasMail && { mail: address, proxyAddresses: [`SMTP:${address}`, `smtp:u${index}@contoso.example`] }),
    userPrincipalName: isGuest ? `${address.replace('@', '_')}#EXT#@contoso.example` : address,
    accountEnabled: index % 25 !== 24,
    userType: isGuest ? 'Guest' : 'Member',
    jobTitle: TITLES[(lot >>> 16) % TITLES.length]!,
    preferredLanguage: 'en-US',
    createdDateTime: '2026-01-09T02:02:12Z',
  };
}

function group(index: number, id: string, seed: number): GraphGroup {
  const lot = mixed(index, seed + 2);
  const displayName = `${PLACES[lot % PLACES.length]} ${TITLES[(lot >>> 8) % TITLES.length]} ${index}`;
  const mail =
    index % 3 === 0 ? { mail: `group-${index}@contoso.example`, proxyAddresses: [`SMTP:group-${index}@contoso.example`] } : {};
  return { id, displayName, ...mail, mailEnabled: index % 3 === 0, securityEnabled: index % 3 !== 0, groupTypes: [] };
}

/** People first, taken at even steps through all of them, so that nobody comes twice; then the groups inside. */
function members(index: number, { users, groups, seed = 1 }: DirectorySize): Lazy<Member> {
  const count = Math.min(users, sizeOf(index, seed));
  const inside = nestedIn(index, groups);
  const [start, step] = [mixed(index, seed + 3) % Math.max(users, 1), stepThrough(users)];
  const at = (place: number): Member =>
    place < count
      ? { kind: 'user', id: idOf((start + place * step) % users, USERS, seed) }
      : { kind: 'group', id: idOf(inside[place - count]!, GROUPS, seed) };
  const total = count + inside.length;
  const slotOf = (id: string): number | undefined => {
    for (let place = 0; place < total; place++) if (at(place).id === id) return place;
    return undefined;
  };
  return { count: total, at, slotOf };
}

function sizeOf(index: number, seed: number): number {
  if (index === 0) return LARGEST;
  return index % 1000 === 0 ? 1000 : 5 + (mixed(index, seed + 4) % 80);
}

/** Groups `4n+1` to `4n+4` are in group `n`; every hundredth holds its own parent. */
function nestedIn(index: number, groups: number): number[] {
  const children = index < groups / 8 ? Array.from({ length: NESTED }, (_, child) => index * NESTED + child + 1) : [];
  const back = index > 0 && index % 100 === 0 ? [Math.floor((index - 1) / NESTED)] : [];
  return [...children, ...back].filter((child) => child < groups);
}

/** A prime that does not divide the number of people leads past all of them before one comes again. */
function stepThrough(users: number): number {
  return [7919, 104_729, 611_953].find((prime) => users % prime !== 0)!;
}

const GIVEN =
  words(`Ada Alba Amir Anouk Anton Aria Arlo Asha Axel Bela Bilal Bodil Carla Cem Clara Dara Dario Dina Edda Eli Elsa Emil Enzo Esme
  Farah Felix Finn Flora Freya Gita Goran Greta Hugo Ida Igor Ines Iris Ivan Jana Jonas Jun Kaja Karim Klara Lara Leif Lena Leo Lila Linus
  Luca Luz Maja Malik Marco Mehmet Milo Mina Nils Nina Noah Nora Omar Oskar Otto Paula Petra Pia Rafa Ravi Rena Rosa Ruben Saad Selma Silas
  Stella Suri Tara Theo Tilda Timo Uma Vera Vito Wanda Willem Xenia Yasmin Yusuf Zara Zeno`);
const FAMILY =
  words(`Abbott Adeyemi Ahmed Alves Andersen Aydin Bauer Becker Bellini Bianchi Bishop Blanc Bose Brandl Carter Castro Chang Conti
  Cruz Dasgupta Demir Dietrich Dubois Dumont Eriksen Evans Farkas Ferrari Fischer Fontaine Foster Fuchs Garcia Gomez Graf Gupta Haas Hansen
  Hayashi Hoffmann Horvat Huber Ibrahim Ito Jansen Jensen Johansson Kapoor Keller Khan Kim Klein Koch Kovacs Kumar Laurent Lehmann Leroy
  Lindgren Lopez Lund Maier Marino Mbeki Meyer Molina Moreau Mueller Nagy Nakamura Navarro Nielsen Novotny Okoro Olsen Ortega Osei Park
  Pereira Petit Petrov Quinn Ramos Reyes Ricci Romano Roth Roy Ruiz Santos Schmid Schulz Shah Silva Singh Steiner Suzuki Tanaka Torres
  Toth Turner Ueda Vargo Vogel Wagner Walker Wang Weiss Winter Wolf Wright Yamada Yang Yilmaz Zhang Ziegler`);
const TITLES = words(
  'Accountant Analyst Architect Auditor Buyer Chemist Clerk Consultant Controller Designer Developer Driver Editor Engineer Manager Nurse Planner Recruiter Tester Trainer Writer',
);
const PLACES = words(
  'Aarhus Basel Cork Delft Essen Faro Ghent Graz Helsinki Izmir Jena Kiel Lyon Malmo Nantes Oslo Porto Riga Split Turin Utrecht',
);

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
