import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { GraphTry, SignOnTest } from '../../actions/sign-on-test.ts';
import { type IconName, icon } from './icon.ts';
import type { Html } from './layout.ts';
import { notice } from './notice.ts';
import { meaningOf } from './sign-on-errors.ts';
import { table } from './table.ts';
import { shown } from './text.ts';
import { ago } from './time.ts';

export type TestShown = { test: SignOnTest; testedAt: Millis; now: Millis; publicUrl: string };

/** What the last test found: why it failed, or which claims came, what is missing and what that costs. */
export const testResult = (model: TestShown): Html =>
  html`${model.test.outcome === 'good' ? passed(model) : failure(model)}${claimsTable(model.test.claims)}${
    model.test.outcome === 'good' ? html`${costs(model.test.claims)}${graphTry(model.test.graph)}` : ''
  }`;

const passed = ({ testedAt, now }: TestShown) =>
  notice(
    'ok',
    'check',
    html`<b>It works.</b> Microsoft signed you in, and the answer passed every check, ${ago(testedAt, now)}. Nobody was signed in here.`,
  );

function failure({ test, testedAt, now, publicUrl }: TestShown): Html {
  if (test.outcome === 'good') return html``;
  const { title, what, next } = meaningOf(test, publicUrl);
  const quoted = test.said || test.detail;
  return html`${notice('bad', 'warn', html`<b>${title}</b> Tested ${ago(testedAt, now)}.`)}
<section class="card padded stack" aria-labelledby="why"><h2 id="why">What it means</h2><p>${what}</p><p><b>What to do:</b> ${next}</p>
<div><h3 class="small">${test.said ? 'What Microsoft said' : 'What was found'}</h3><blockquote>${shown(quoted, 1000)}</blockquote></div></section>`;
}

const purposes: Record<string, { for: string; missing: string | null }> = {
  oid: { for: 'Who it is, for good', missing: 'Fatal: nobody can be recognized without it.' },
  tid: { for: 'Of which organization', missing: 'Fatal: nobody can be recognized without it.' },
  name: { for: 'The name that is shown', missing: 'People are listed by their address.' },
  email: {
    for: 'Matches invitations by e-mail',
    missing:
      'No address comes with the sign-in: an invitation by e-mail waits for your confirmation, unless the directory is connected.',
  },
  xms_edov: {
    for: 'Says that the address was verified',
    missing:
      'Microsoft does not vouch for the address: an invitation by e-mail waits for your confirmation, unless the directory is connected.',
  },
  preferred_username: { for: 'The sign-in name, only shown', missing: null },
  acct: {
    for: 'Marks guests of your tenant',
    missing: 'Guests of your tenant are recognized only where Microsoft names their home.',
  },
  sid: {
    for: 'Signs out here who signs out of Microsoft',
    missing: 'Who signs out of Microsoft stays signed in here until the session ends.',
  },
  login_hint: { for: 'Saves people the choice of their account', missing: null },
};

const columns = [{ text: 'Claim', look: 'tight' }, { text: 'What came' }, { text: 'What it is for' }];

function claimsTable(claims: Record<string, string>): Html | '' {
  if (Object.keys(claims).length === 0) return '';
  const rows = Object.entries(purposes).map(([name, { for: purpose }]) => [
    html`<code>${name}</code>`,
    Object.hasOwn(claims, name)
      ? html`<bdi>${shown(claims[name] ?? '', 120) || 'empty'}</bdi>`
      : html`<span class="muted">did not come</span>`,
    purpose,
  ]);
  return html`<section class="card" aria-labelledby="claims"><div class="padded"><h2 id="claims">What came back</h2></div>
${table('Claims of the sign-in', columns, rows)}</section>`;
}

const line = (tone: 'ok' | 'wait' | '', image: IconName, title: string, content: Html | string): Html =>
  html`<div class="finding"><span class="state ${tone}">${icon(image)}</span><div class="grow"><h3 class="small">${title}</h3>
<div class="small muted">${content}</div></div></div>`;

function costs(claims: Record<string, string>): Html {
  const missing = Object.entries(purposes).flatMap(([name, { missing: cost }]) =>
    cost === null || Object.hasOwn(claims, name) ? [] : [line('wait', 'warn', `${name} is missing`, cost)],
  );
  const unverified = Object.hasOwn(claims, 'xms_edov') && !/^(true|1)$/.test(claims.xms_edov ?? '');
  const findings = unverified
    ? [
        ...missing,
        line(
          'wait',
          'warn',
          'Your address is not verified',
          'Microsoft says so in xms_edov. Of other people it may say otherwise.',
        ),
      ]
    : missing;
  return html`<section class="card padded stack" aria-labelledby="costs"><h2 id="costs">What is missing</h2>${
    findings.length > 0 ? findings : line('ok', 'check', 'Nothing', 'Every claim came that is of use here.')
  }${findings.length > 0 ? html`<p class="small muted">None of it keeps people out. In Azure: <b>Token configuration</b>, <b>Add optional claim</b>, <b>ID</b>; then test again.</p>` : ''}</section>`;
}

const useful = ['User.Read.All', 'GroupMember.Read.All', 'Member.Read.Hidden', 'OrgContact.Read.All', 'Application.Read.All'];

function graphTry(graph: GraphTry): Html {
  return html`<section class="card padded stack" aria-labelledby="graph"><h2 id="graph">The directory</h2>${graphLine(graph)}</section>`;
}

function graphLine(graph: GraphTry): Html {
  switch (graph.outcome) {
    case 'reads':
      return permissionsLine(graph.permissions);
    case 'refused':
      return line(
        '',
        'info',
        'The directory cannot be read',
        html`Single sign-on works without. Microsoft said: ${shown(graph.said, 500)}`,
      );
    case 'unreachable':
      return line('', 'info', 'It could not be tried', html`Microsoft did not answer in time: ${shown(graph.said, 200)}`);
    case 'none':
      return line('', 'info', 'This provider names no Microsoft Graph', 'People and groups can be provisioned by SCIM instead.');
  }
}

function permissionsLine(permissions: string[] | null): Html {
  if (permissions === null) {
    return line(
      'ok',
      'check',
      'The application gets a token for the directory',
      'What it may read shows when the directory is connected.',
    );
  }
  const missing = useful.filter((name) => !permissions.includes(name));
  if (missing.length === 0) return line('ok', 'check', 'The directory can be read', 'All permissions are there.');
  const canRead = permissions.includes('User.Read.All');
  return line(
    canRead ? 'ok' : '',
    canRead ? 'check' : 'info',
    canRead ? 'The directory can be read' : 'The directory cannot be read yet',
    html`Only if you want it. Missing: ${missing.join(', ')}. In Azure: <b>API permissions</b>, then <b>Grant admin consent</b>.`,
  );
}
