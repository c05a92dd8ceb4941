import type { AdminShell, Html } from './layout.ts';
import type { Words } from './sample-facts.ts';
import { type SettingsForm, settingsPage } from './settings.ts';

/** The page of the settings, as `everyPage`. */
export function settingsPages(shell: AdminShell, words: Words): Record<string, Html> {
  const form: SettingsForm = {
    ...{ name: words.workspace, question: words.sentence, membersMayKnock: 'yes', tenantGuestsMayKnock: '' },
    ...{ invitationDays: '7', remindsInvited: 'yes', quietDays: '7', escalateAfterHours: '', needsTwoApprovals: 'yes' },
    ...{ vouchesForEmail: '', guestDays: '90', guestEndIsCompulsory: 'yes', requestMails: 'unanswered' },
  };
  const model = { ...shell, form, forcesSso: false, isAnybodyTold: true, errors: [] };
  const errors = [
    { pointer: '#/name', detail: 'must have 1 to 80 characters, on one line' },
    { pointer: '#/needsTwoApprovals', detail: 'You are the only administrator.' },
    { pointer: '#/logo', detail: 'Please choose a picture.' },
    { pointer: '#/requestMails', detail: 'must be one of those offered' },
  ];
  return {
    settings: settingsPage({ ...model, done: 'settings-changed', logoHash: '0123456789abcdef' }),
    'settings-wrong': settingsPage({
      ...model,
      form: { ...form, name: words.sentence },
      forcesSso: true,
      isAnybodyTold: false,
      errors,
    }),
  };
}
