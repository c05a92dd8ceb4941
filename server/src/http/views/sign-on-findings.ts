import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { postButton } from './form.ts';
import { type IconName, icon } from './icon.ts';
import type { Html } from './layout.ts';
import { shown } from './text.ts';
import { day } from './time.ts';

/** What is known of how well sign-on works. `assignment` is null while it is not known whether assignment is required. */
export type Findings = {
  isGraphConnected: boolean;
  isProvisioned: boolean;
  /** The setting *our tenant vouches for its e-mail claim*. */
  isVouchedFor: boolean;
  assignment: { isRequired: boolean; from: 'service-principal' | 'sign-in' | null; at: Millis | null } | null;
  missingPermissions: readonly string[];
};

export const findingsCard = (findings: Findings): Html => html`<section class="card padded stack" aria-labelledby="found">
<h2 id="found">What was found</h2>${vouching(findings)}${assignment(findings)}${findings.missingPermissions.map(permission)}${sources(findings)}</section>`;

type Tone = 'ok' | 'wait' | '';
const finding = (tone: Tone, image: IconName, title: string, content: Html | string): Html =>
  html`<div class="finding"><span class="state ${tone}">${icon(image)}</span><div class="grow"><h3 class="small">${title}</h3>
<div class="small muted">${content}</div></div></div>`;

/** DESIGN.md, section 4, trusted addresses. */
function vouching({ isGraphConnected, isProvisioned, isVouchedFor }: Findings): Html {
  if (isGraphConnected) {
    return finding(
      'ok',
      'check',
      'E-mail addresses are vouched for',
      'By the directory: an invitation by e-mail is redeemed by whoever has the address there.',
    );
  }
  if (isVouchedFor) {
    return finding(
      'ok',
      'check',
      'E-mail addresses are vouched for',
      html`By you: of your own people, the address that Microsoft names at the sign-in counts as proven. ${inSettings('See what it costs')}`,
    );
  }
  if (isProvisioned) {
    return finding(
      'ok',
      'check',
      'E-mail addresses are vouched for',
      html`By provisioning, of those whom it has sent. ${forOthers}`,
    );
  }
  return finding(
    'wait',
    'warn',
    'E-mail addresses may not be vouched for',
    html`<p>Where Microsoft does not say that an address is verified, an invitation by e-mail waits for your confirmation. Any of these helps:</p>${remedies}`,
  );
}

const inSettings = (text: string) => html`<a href="/admin/settings#email-claim">${text}</a>`;
const claimSteps = html`In Entra: <b>App registrations</b>, your application, <b>Token configuration</b>, <b>Add optional claim</b>, <b>ID</b>, <b>email</b>. Then <b>Manifest</b>: add <code>{"name": "xms_edov", "essential": false}</code> to <code>optionalClaims.idToken</code> and save.`;
const forOthers = html`<details><summary>Of all others: the optional claim</summary><p>${claimSteps}</p></details>`;
const remedies = html`<ul class="bullets"><li><details><summary>The optional claim xms_edov</summary><p>${claimSteps}</p></details></li>
<li><a href="/admin/directory">Connect the directory</a></li><li><a href="#provisioning">Provision people by SCIM</a></li>
<li>${inSettings('Say that your tenant vouches for its e-mail claim')}</li></ul>`;

/** ENT-64 */
function assignment({ assignment: known }: Findings): Html {
  if (known === null) {
    return finding(
      '',
      'info',
      'It is not known whether assignment is required',
      'If it is, Microsoft turns away whoever is not assigned to the application, and their access requests cannot arrive.',
    );
  }
  if (!known.isRequired) return finding('ok', 'check', 'Everybody of the tenant reaches the door', 'Assignment is not required.');
  return finding(
    'wait',
    'warn',
    'Assignment is required',
    html`<p>Microsoft turns away whoever is not assigned to the application: <b>access requests of others cannot arrive</b>, and an invitation of somebody who is not assigned ends at Microsoft’s error page.</p>
<p>Assign people and groups in Entra (<b>Enterprise applications</b>, your application, <b>Users and groups</b>), or set <b>Properties</b>, <b>Assignment required?</b> to <b>No</b>.</p>${
      known.from === 'sign-in' ? learnt(known.at) : ''
    }`,
  );
}

const learnt = (
  at: Millis | null,
) => html`<p>Learnt from a sign-in that Microsoft refused${at === null ? '' : html` on ${day(at)}`} (AADSTS50105).</p>
${postButton({ action: '/admin/single-sign-on/forget-assignment', text: 'This has changed', look: 'btn sm' })}`;

const costs: Record<string, string> = {
  'User.Read.All':
    'Without it the directory cannot be read: nobody is suggested, and who leaves the organization stays in until you act.',
  'GroupMember.Read.All': 'Without it groups cannot be invited, and synced user groups stay empty.',
  'Member.Read.Hidden': 'Without it members of groups with a hidden membership are missing.',
  'OrgContact.Read.All': 'Without it the address of a contact is not recognised.',
  'Application.Read.All': 'Without it nobody knows whether assignment is required until Microsoft turns somebody away.',
};

const permission = (name: string): Html =>
  finding(
    'wait',
    'warn',
    `${shown(name, 60)} is missing`,
    `${Object.hasOwn(costs, name) ? costs[name] : 'Something of the directory cannot be read.'} In Entra: App registrations, your application, API permissions, then grant admin consent.`,
  );

/** Where both are on, which one rules what. */
const sources = ({ isGraphConnected, isProvisioned }: Findings): Html | '' =>
  isGraphConnected && isProvisioned
    ? finding(
        '',
        'info',
        'Directory and provisioning are both on',
        'Names and addresses are those of the directory. Who is disabled or deleted by either is out: both must agree that somebody may come in. A group has the members that either names.',
      )
    : '';
