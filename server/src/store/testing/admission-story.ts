import { sql } from 'drizzle-orm';
import { makeRule, type RulePeople, type RuleTerms, switchOn } from '../admission-rule.ts';
import { noTrace } from '../audit.ts';
import { newId } from '../new-id.ts';
import type { Store } from '../store.ts';
import type { DoorStory } from './door-story.ts';

type DirectoryPerson = {
  name?: string;
  addresses?: string[];
  graphState?: 'enabled' | 'disabled' | 'removed';
  isGuest?: boolean;
};

/** A directory of the tenant whose people and groups are called by their object ids; `groups` are those they are directly in. */
export async function inDirectory(store: Store, objectId: string, groups: string[] = [], person: DirectoryPerson = {}) {
  const addresses = person.addresses ?? [`${objectId}@contoso.example`];
  await store.write([
    store.db.run(sql`UPDATE directory SET tenant_id = 'contoso'`),
    store.db.run(sql`INSERT INTO directory_domains (domain) VALUES ('contoso.example') ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      INSERT INTO directory_users (object_id, name, address, graph_state, is_guest, first_seen_at, changed_at)
      VALUES (${objectId}, ${person.name ?? objectId}, ${addresses[0] ?? null}, ${person.graphState ?? 'enabled'}, ${person.isGuest ? 1 : 0}, 0, 0)`),
    store.db.run(sql`
      INSERT INTO directory_addresses (object_id, address, owner, source) SELECT ${objectId}, value, 'user', 'user-name'
      FROM json_each(${JSON.stringify(addresses)})`),
    store.db.run(edges(objectId, groups, false)),
  ]);
}

export async function aGroup(store: Store, objectId: string, inside: string[] = []) {
  await store.write([
    store.db.run(sql`
      INSERT INTO directory_groups (object_id, name, graph_state, changed_at) VALUES (${objectId}, ${objectId}, 'present', 0) ON CONFLICT DO NOTHING`),
    store.db.run(edges(objectId, inside, true)),
  ]);
}

const edges = (memberId: string, groups: string[], isGroup: boolean) => sql`
  INSERT INTO directory_group_members (group_id, member_id, is_group) SELECT value, ${memberId}, ${isGroup ? 1 : 0}
  FROM json_each(${JSON.stringify(groups)}) WHERE true ON CONFLICT DO NOTHING`;

export const ofGroup = (directoryGroupId: string): RulePeople => ({ directoryGroupId, domain: null });
export const ofDomain = (domain: string): RulePeople => ({ directoryGroupId: null, domain });

/** An administrator's press: on this rule, or on a new one. */
export const press = ({ clock, sam }: DoorStory, ruleId: string = newId('rul')) => ({
  ...{ id: newId('chg'), by: sam, ruleId, auditId: newId('aud') },
  ...{ now: clock.now, trace: noTrace },
});

/** A rule, made and switched on; answers its id. */
export async function aRule(story: DoorStory, people: RulePeople, terms: Partial<RuleTerms> = {}): Promise<string> {
  const made = press(story);
  const all: RuleTerms = { effect: 'let-in', role: 'member', userGroupIds: [], ...terms };
  if (!(await makeRule(story.store, made, people, all))) throw new Error('the rule of the story was not made');
  if (!(await switchOn(story.store, press(story, made.ruleId), all)))
    throw new Error('the rule of the story was not switched on');
  story.clock.now += 1;
  return made.ruleId;
}
