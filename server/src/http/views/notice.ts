import { html } from 'hono/html';
import { type IconName, icon } from './icon.ts';
import type { Html } from './layout.ts';

type Tone = '' | 'ok' | 'wait' | 'bad';

export const notice = (tone: Tone, image: IconName, content: Html | string): Html =>
  html`<div class="banner ${tone}" role="status">${icon(image)}<div class="grow">${content}</div></div>`;

/** A state is always an icon and a word; the colour only helps. */
export const state = (tone: Tone, image: IconName, word: string): Html =>
  html`<span class="state ${tone}">${icon(image)}${word}</span>`;

/** What a page says after something was done: `?done=` and a redirect, so that a refresh does nothing twice. */
const doneSentences = {
  invited: 'The invitations are on their way.',
  resent: 'The invitation is on its way again, with a new key. The older mail no longer works.',
  revoked: 'The invitation was revoked. Its key no longer works.',
  approved: 'Approved. The person is let in at the next sign-in; a waiting page moves on by itself.',
  denied: 'Denied. The person sees it on the waiting page.',
  'role-changed': 'The role was changed.',
  'administrator-proposed':
    'Proposed. The person becomes an administrator when another administrator confirms it; all of them were told.',
  'administrator-confirmed': 'Confirmed. The person is an administrator from now on.',
  'administrator-declined': 'The proposal has ended. The person stays what they are.',
  'access-until-changed': 'The end of the access was changed.',
  renewed: 'Renewed. The person is not told; the new end stands below.',
  'access-ended': 'The access has ended, and so have all sessions.',
  'taken-over': 'Taken over: you answer for it from now on.',
  suspended: 'Suspended. All sessions have ended.',
  resumed: 'Resumed. The person can sign in again.',
  removed: 'Removed. All sessions have ended; a new invitation brings the person back.',
  'sessions-ended': 'Signed out everywhere.',
  disconnected: 'The browser was disconnected.',
  'provider-checked': 'Microsoft was asked. What came of it stands beside the title.',
  'assignment-forgotten': 'Forgotten. It is learnt again when Microsoft turns somebody away.',
  'mail-tested': 'The test mail has left. Look into your inbox.',
  'mail-switched-on': 'Mails leave this way from now on. What was waiting goes out first.',
  'token-ended': 'The token has ended.',
  'provisioning-stopped': 'Provisioning was stopped. The directory alone says who may come in.',
  'provisioning-stops': 'A part was forgotten, but not all of it yet. Press “Stop provisioning” again.',
  'rule-made': 'The rule was made. It is off: rehearse it, then switch it on.',
  'rule-changed': 'The rule was changed.',
  'rule-on': 'The rule is on. What follows from it is being worked out.',
  'rule-off': 'The rule is off. Whom it let in stays, and invitations it sent stay good.',
  'rule-deleted': 'The rule was deleted. Whom it let in stays, and invitations it sent stay good.',
  'scope-changed': 'Who is suggested was changed, and is being worked out.',
  'directory-connected': 'The directory is connected. The first sync begins now and reads everything.',
  'directory-disconnected': 'The directory is disconnected. Nobody’s access has changed.',
  'directory-sync-wanted': 'A sync begins as soon as possible.',
  'directory-released': 'It is applied with the next round, which begins now.',
  'group-made': 'The group was made. Add people to it, or choose it when you invite.',
  'group-followed': 'The group follows the directory from now on. Who is in it there is in it here.',
  'group-renamed': 'The group was renamed.',
  'group-deleted': 'The group was deleted.',
  'group-replaced': 'The group was replaced by this one.',
  'group-joined': 'Added to the group.',
  'group-left': 'Taken out of the group.',
  'settings-changed': 'Saved. It holds from now on.',
  'settings-same': 'Nothing was changed: it was set like that already.',
  'logo-changed': 'The logo was uploaded. It stands on every page from now on.',
  'logo-removed': 'The logo was removed.',
  'request-mails-chosen': 'Saved. It holds from the next request on.',
  'sso-forced': 'Everybody signs in with Microsoft from now on. Guests were signed out.',
  'sso-not-forced': 'SSO is not forced any more. Guests can come in again.',
  'domain-added': 'Added. Create the record below, then press “Check now”.',
  'domain-verified': 'The record is there: this domain is yours.',
  'domain-removed': 'The domain was removed.',
  'passkey-added': 'Your passkey is ready. Next time it is all you need.',
  'passkey-renamed': 'The passkey was renamed.',
  'passkey-removed': 'The passkey was removed. It signs nobody in any more.',
  'break-glass-added': 'Added. The person now makes a passkey under “Passkeys” on their own page.',
  'break-glass-removed': 'Taken off the list. Passkeys and the sessions begun with them have ended.',
  'sign-on-saved': 'Saved as a draft. Nobody signs in by it before it is tested and switched on.',
  'sign-on-discarded': 'The draft was discarded.',
  'sign-on-on': 'Single sign-on is on. From now on people sign in by it.',
  'credential-added': 'Added. Test it: only what has been tested is used.',
  'credential-ended': 'Ended. You can delete it in Azure too.',
  'environment-expiry-noted': 'The date was noted.',
} as const;
export type DoneCode = keyof typeof doneSentences;

export const isDoneCode = (text: string | undefined): text is DoneCode =>
  text !== undefined && Object.hasOwn(doneSentences, text);

export const doneNotice = (code: DoneCode | null | undefined): Html | '' =>
  code ? notice('ok', 'check', doneSentences[code]) : '';
