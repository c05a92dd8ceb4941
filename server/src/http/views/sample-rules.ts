import type { AdminShell, Html } from './layout.ts';
import { rehearsalPage } from './rehearsal.ts';
import { newRulePage, rulePage } from './rule.ts';
import { type RuleShown, rulesPage } from './rules.ts';
import { id, now, type Words } from './sample-facts.ts';

const effects = ['suggest', 'invite', 'let-in'] as const;

const ruleOf = (words: Words, at: number): RuleShown => ({
  id: id('rul', at),
  group: at % 2 ? null : words.name,
  domain: at % 2 ? 'contoso.example' : null,
  isKnown: at % 4 !== 3,
  effect: effects[at % 3]!,
  role: at % 2 ? 'reader' : 'member',
  userGroups: [words.name, words.sentence].slice(at % 3),
  isOn: at % 5 !== 0,
  switchedOnAt: at % 5 ? now : null,
  switchedOnBy: words.name,
  isAnsweredFor: at % 4 !== 0,
  admitted: at,
  invited: at * 1000,
});

/** The pages of admission rules, as `everyPage`. */
export function rulePages(shell: AdminShell, words: Words, rows: number): Record<string, Html> {
  const each = <Item>(make: (at: number) => Item) => Array.from({ length: rows }, (_, at) => make(at));
  const groups = [0, 1].map((at) => ({ id: id('grp', at), name: words.name }));
  const form = { effect: 'invite', role: 'reader', userGroupIds: [id('grp', 1)] } as const;
  const choices = each((at) => ({ value: `group:${id('dgr', at)}`, text: words.name, hint: words.sentence }));
  const people = each((at) => ({
    name: words.name,
    address: words.address,
    href: at % 2 ? null : '/admin/requests/x',
    note: 'request denied',
  }));
  const rehearsal = { ...shell, seen: words.sentence, would: rows * 30, people, days: 30 };
  const leftOut = [{ people: 3, because: 'members already' }];
  return {
    rules: rulesPage({ ...shell, done: 'rule-on', rules: each((at) => ruleOf(words, at)), suggests: 'groups', isBusy: rows > 1 }),
    'rules-none': rulesPage({ ...shell, rules: [], suggests: 'everybody', isBusy: false }),
    rule: rulePage({ ...shell, rule: ruleOf(words, 5), form, groups, errors: [{ pointer: '#/effect', detail: 'must be one' }] }),
    'rule-on': rulePage({ ...shell, rule: ruleOf(words, 4), form, groups: [], errors: [] }),
    'rule-unanswered': rulePage({ ...shell, rule: { ...ruleOf(words, 4), isAnsweredFor: false }, form, groups: [], errors: [] }),
    'rule-new': newRulePage({
      ...shell,
      q: words.name,
      choices,
      who: `group:${id('dgr', 0)}`,
      form,
      groups,
      errors: [{ pointer: '#/who', detail: 'must be a group or domain of the directory' }],
    }),
    'rehearsal-let-in': rehearsalPage({ ...rehearsal, rule: ruleOf(words, 2), leftOut, isCut: true, isScopeEverybody: true }),
    'rehearsal-invite': rehearsalPage({
      ...rehearsal,
      rule: ruleOf(words, 1),
      leftOut: [],
      isCut: false,
      isScopeEverybody: false,
    }),
    'rehearsal-suggest': rehearsalPage({ ...rehearsal, rule: ruleOf(words, 0), leftOut, isCut: false, isScopeEverybody: true }),
  };
}
