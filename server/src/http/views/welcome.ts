import type { Member } from '@doorstep/shared/member';
import { html } from 'hono/html';
import type { FirstSteps } from '../../store/first-steps.ts';
import { firstSteps } from './first-steps.ts';
import { postButton } from './form.ts';
import { type GroupName, groupChips } from './group-chips.ts';
import { type Html, type MemberShell, memberLayout } from './layout.ts';
import { doneNotice, notice } from './notice.ts';
import { guestChip, isolate, personHead } from './person.ts';
import { roleText } from './role.ts';
import { count, nameOf } from './text.ts';
import { ago, exact } from './time.ts';

/** How the person has just come in, if they have: said once, after the sign-in. */
export type Arrival =
  | { by: 'invitation'; inviterName: string | null }
  | { by: 'approval' }
  | { by: 'rule' }
  | { by: 'set-up' }
  | { by: 'unspent-invitation' };

/** `sessions`: browsers in which the member is signed in, this one included. */
export type WelcomeModel = MemberShell & {
  member: Member;
  /** The member's own. */
  groups: GroupName[];
  arrival: Arrival | null;
  sessions: number;
  /** A guest, or somebody of the break-glass list. */
  mayHavePasskeys: boolean;
  /** What whoever set the workspace up may want to do next; null: nothing, or it is hidden. */
  firstSteps: (FirstSteps & { mailLeaves: boolean }) | null;
  done?: 'sessions-ended' | null;
};

/** `/welcome`: the member's own page. */
export function welcomePage(model: WelcomeModel): Html {
  const { member } = model;
  const name = nameOf(member);
  return memberLayout(
    model,
    'Your page',
    html`${model.arrival ? arrivalNotice(model.arrival, name) : doneNotice(model.done)}${model.firstSteps ? firstSteps(model.firstSteps) : ''}<h1 class="title">You</h1>
<div class="card padded stack">${personHead(member, html`${guestChip(member.guestOf)}`)}
<dl class="facts"><dt>Role</dt><dd>${roleText[member.role].word}</dd><dt>Member since</dt><dd>${exact(member.joinedAt)}</dd>
<dt>Access until</dt><dd>${member.accessUntil === null ? 'no end' : html`${exact(member.accessUntil)} <span class="muted">${ago(member.accessUntil, model.now)}</span>`}</dd>
${model.groups.length === 0 ? '' : html`<dt>Groups</dt><dd>${groupChips(model.groups)}</dd>`}<dt>Signed in on</dt><dd>${signedInOn(model.sessions)}</dd></dl>
<div class="button-row links">${model.mayHavePasskeys ? html`<a class="btn" href="/welcome/passkeys">Passkeys</a>` : ''}${postButton({ action: '/sign-out', text: 'Sign out' })}${signOutEverywhere}${
      member.role === 'administrator' ? html`<a class="btn" href="/admin/users">Administration</a>` : ''
    }</div></div>`,
  );
}

const signOutEverywhere = postButton({ action: '/sign-out/everywhere', text: 'Sign out everywhere', look: 'btn quiet' });

function arrivalNotice(arrival: Arrival, name: string): Html {
  if (arrival.by === 'unspent-invitation')
    return notice('', 'info', html`<b>You are a member already.</b> The invitation whose link you opened stays unused.`);
  return notice('ok', 'door', html`<b>You are in, ${isolate(firstName(name))}.</b> ${arrivalSentence(arrival)}`);
}

function arrivalSentence(arrival: Exclude<Arrival, { by: 'unspent-invitation' }>): Html | string {
  switch (arrival.by) {
    case 'invitation':
      return html`${isolate(nameOf({ name: arrival.inviterName }))}’s invitation made you a member. The mail’s key is used up and can be deleted.`;
    case 'approval':
      return 'An administrator let you in.';
    case 'rule':
      return 'A rule of this workspace lets in people of your group or domain.';
    case 'set-up':
      return html`You are the first administrator. Next: <a href="/admin/invitations/new">invite people</a>.`;
  }
}

const firstName = (name: string) => name.split(/\s/u)[0] || name;

const signedInOn = (sessions: number) =>
  sessions <= 1 ? 'this browser only' : `this browser and ${count(sessions - 1, 'other', 'others')}`;
