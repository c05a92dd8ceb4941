import type { GraphGroup, GraphUser } from '../graph/objects.ts';
import type { TenantDirectory } from '../graph/tenant-directory.ts';
import {
  factsOf,
  memberOperations,
  newGroupBody,
  newUserBody,
  type PatchOperation,
  patchBody,
  type UserFacts,
  userOperations,
} from './dialect.ts';
import { type ProvisioningStep, ScimClient, type ScimTarget } from './scim-client.ts';

export interface ProvisioningOptions extends ScimTarget {
  /** Who is assigned, by id, user name, address or display name. Default: everybody. */
  users?: readonly string[];
  /** Groups that are assigned, without those inside them. Default: all. */
  groups?: readonly string[];
  /** Speaks as with the flag `aadOptscim062020`. */
  optscim?: boolean;
}

/** What has been sent to one target: the provider's own memory of it. */
interface Sent {
  readonly users: Map<string, { readonly scimId: string; facts: Partial<UserFacts> }>;
  readonly groups: Map<string, { readonly scimId: string; name: string | null; members: ReadonlySet<string> }>;
}

const MEMBERS_AT_ONCE = 100;

/** Acts as Entra's provisioning service (entra.md 3, 8.10). Every call is one whole cycle. */
export class Provisioning {
  readonly #directory: TenantDirectory;
  readonly #sentTo = new Map<string, Sent>();

  constructor(directory: TenantDirectory) {
    this.#directory = directory;
  }

  /** Users first, then groups. Resolves to what was asked and answered, also where the target says no. */
  async cycle(options: ProvisioningOptions): Promise<ProvisioningStep[]> {
    const cycle = new Cycle(this.#directory, this.#memoryOf(options.url), options);
    await cycle.users();
    await cycle.groups();
    return cycle.steps;
  }

  #memoryOf(url: string): Sent {
    const sent = this.#sentTo.get(url) ?? { users: new Map(), groups: new Map() };
    this.#sentTo.set(url, sent);
    return sent;
  }
}

class Cycle {
  readonly #directory: TenantDirectory;
  readonly #sent: Sent;
  readonly #client: ScimClient;
  readonly #isOptScim: boolean;
  readonly #users: ReadonlyMap<string, GraphUser>;
  readonly #groups: ReadonlyMap<string, GraphGroup>;

  constructor(directory: TenantDirectory, sent: Sent, options: ProvisioningOptions) {
    this.#directory = directory;
    this.#sent = sent;
    this.#client = new ScimClient(options);
    this.#isOptScim = options.optscim ?? false;
    this.#users = chosen(directory.users, options.users, (name) => directory.findUser(name));
    this.#groups = chosen(directory.groups, options.groups, (name) => directory.findGroup(name));
  }

  get steps(): ProvisioningStep[] {
    return this.#client.steps;
  }

  async users(): Promise<void> {
    for (const user of this.#users.values()) await this.#user(factsOf(user, true));
    for (const id of this.#sent.users.keys()) if (!this.#users.has(id)) await this.#leaver(id);
  }

  async groups(): Promise<void> {
    for (const group of this.#groups.values()) await this.#group(group);
    for (const id of this.#sent.groups.keys()) if (!this.#groups.has(id)) await this.#forget('Groups', id);
  }

  /** Somebody disabled is not created, only kept in step. */
  async #user(facts: UserFacts): Promise<void> {
    const known = this.#sent.users.get(facts.externalId) ?? (await this.#match(facts));
    if (known) return this.#update(facts, known);
    if (!facts.active) return;
    const created = await this.#client.send('POST', '/Users', newUserBody(facts));
    const scimId = idIn(created.answer);
    if (created.status === 201 && scimId) this.#sent.users.set(facts.externalId, { scimId, facts });
  }

  /** By the object id, then by the user name: who was there before provisioning began is taken over. */
  async #match(facts: UserFacts) {
    const found =
      (await this.#client.find('Users', 'externalId', facts.externalId)) ??
      (await this.#client.find('Users', 'userName', facts.userName));
    const scimId = idIn(found);
    return scimId === undefined ? undefined : { scimId, facts: factsIn(found ?? {}) };
  }

  async #update(facts: UserFacts, known: { scimId: string; facts: Partial<UserFacts> }): Promise<void> {
    const operations = userOperations(known.facts, facts, this.#isOptScim);
    const isDone = operations.length === 0 || (await this.#patch(`/Users/${known.scimId}`, operations));
    this.#sent.users.set(facts.externalId, { scimId: known.scimId, facts: isDone ? facts : known.facts });
  }

  /** No longer assigned or soft-deleted: inactive. Gone for good: deleted. */
  async #leaver(id: string): Promise<void> {
    if (this.#directory.removalOf(id) === 'deleted') return this.#forget('Users', id);
    const known = this.#sent.users.get(id)!;
    if (known.facts.active) await this.#update({ ...(known.facts as UserFacts), active: false }, known);
  }

  async #group(group: GraphGroup): Promise<void> {
    const known = this.#sent.groups.get(group.id) ?? (await this.#findOrMake(group));
    if (!known) return;
    this.#sent.groups.set(group.id, known);
    const path = `/Groups/${known.scimId}`;
    const rename = [{ op: this.#isOptScim ? 'replace' : 'Replace', path: 'displayName', value: group.displayName }];
    if (known.name !== group.displayName && (await this.#patch(path, rename))) known.name = group.displayName;
    const members = this.#scimMembers(group.id);
    const joined = [...members].filter((id) => !known.members.has(id));
    const left = [...known.members].filter((id) => !members.has(id));
    let isDone = true;
    for (let from = 0; from < Math.max(joined.length, left.length); from += MEMBERS_AT_ONCE) {
      const some = (ids: string[]) => ids.slice(from, from + MEMBERS_AT_ONCE);
      isDone = (await this.#patch(path, memberOperations(some(joined), some(left), this.#isOptScim))) && isDone;
    }
    if (isDone) known.members = members;
  }

  async #findOrMake(group: GraphGroup) {
    const found =
      (await this.#client.find('Groups', 'externalId', group.id)) ??
      (await this.#client.find('Groups', 'displayName', group.displayName ?? ''));
    const scimId = idIn(found) ?? idIn((await this.#client.send('POST', '/Groups', newGroupBody(group))).answer);
    const name = found ? String(found.displayName) : group.displayName;
    return scimId === undefined ? undefined : { scimId, name, members: new Set<string>() };
  }

  /** The people in it who have been sent; groups inside are not read. */
  #scimMembers(groupId: string): Set<string> {
    const ids = [...this.#directory.membersOf(groupId)].map(({ id }) => this.#sent.users.get(id)?.scimId);
    return new Set(ids.filter((id) => id !== undefined));
  }

  async #forget(kind: 'Users' | 'Groups', id: string): Promise<void> {
    const sent = kind === 'Users' ? this.#sent.users : this.#sent.groups;
    const { status } = await this.#client.send('DELETE', `/${kind}/${sent.get(id)!.scimId}`);
    if (status === 204 || status === 404) sent.delete(id);
  }

  async #patch(path: string, operations: readonly PatchOperation[]): Promise<boolean> {
    const { status } = await this.#client.send('PATCH', path, patchBody(operations));
    return status === 200 || status === 204;
  }
}

function chosen<T extends { id: string }>(
  all: Iterable<T>,
  names: readonly string[] | undefined,
  find: (name: string) => T | undefined,
): Map<string, T> {
  const objects = names ? names.map(find).filter((object) => object !== undefined) : [...all];
  return new Map(objects.map((object) => [object.id, object]));
}

function idIn(resource: unknown): string | undefined {
  const { id } = (resource ?? {}) as { id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

/** What a target says of somebody it knows already; all else is sent. */
function factsIn(resource: Record<string, unknown>): Partial<UserFacts> {
  const { userName, externalId, active, displayName } = resource as Partial<UserFacts>;
  const known = { userName, externalId, active, displayName };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}
