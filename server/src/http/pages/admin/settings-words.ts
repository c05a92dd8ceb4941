import type { SettingsChange } from '../../../store/settings.ts';

const words: Record<keyof SettingsChange, string> = {
  name: 'name',
  question: 'own question',
  membersMayKnock: 'people of the tenant may knock',
  tenantGuestsMayKnock: 'tenant guests may knock',
  invitationDays: 'days of an invitation',
  quietDays: 'quiet days after a denial',
  escalateAfterHours: 'hours until others are told',
  needsTwoApprovals: 'two approvals for administrators',
  vouchesForEmail: 'tenant vouches for its e-mail claim',
  guestDays: 'longest days of a guest',
  guestEndIsCompulsory: 'end of a guest’s access compulsory',
  remindsInvited: 'reminder before an invitation ends',
};

type Was = true | { from: unknown; to: unknown };

/** What was changed, with its old and new value; of texts only that they were. */
export const settingsSentence = (facts: Record<string, Was>): string =>
  Object.entries(facts)
    .map(([name, was]) => [Object.hasOwn(words, name) ? words[name as keyof SettingsChange] : name, was] as const)
    .map(([word, was]) => (was === true ? word : `${word}, ${valueText(was.from)} to ${valueText(was.to)}`))
    .join('; ');

function valueText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === null ? 'none' : String(value);
}
