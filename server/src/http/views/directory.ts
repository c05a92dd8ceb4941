import type { Directory } from '@doorstep/shared/directory';
import { html } from 'hono/html';
import { graphPermissions } from './directory-problems.ts';
import { runTable } from './directory-runs.ts';
import { type StoppedRun, stoppedCard } from './directory-stopped.ts';
import { postButton } from './form.ts';
import { icon } from './icon.ts';
import { assignment } from './invite-emails.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { isolate } from './person.ts';
import { count, figure, shown } from './text.ts';
import { ago } from './time.ts';

export const DIRECTORY = '/admin/directory';

/**
 * `isLocked`: the configuration connects it; `isWanted`: a round is to begin as soon as it may; `stopped`: what the last round would have done.
 */
export type DirectoryModel = AdminShell & {
  directory: Directory;
  canConnect: boolean;
  isLocked: boolean;
  isWanted: boolean;
  connectedBy: string | null;
  suggests: 'everybody' | 'groups';
  stopped: StoppedRun | null;
};

/** `/admin/directory` */
export function directoryPage(model: DirectoryModel): Html {
  const { isConnected, isProvisioned, runs } = model.directory;
  const main = isConnected ? html`${facts(model)}${missing(model)}` : html`${connect(model)}${permissions}`;
  const aside = html`${isConnected || isProvisioned ? html`${sources(model)}${scope(model)}` : scim}${isConnected ? disconnect(model) : ''}`;
  const content = html`${isConnected && isUnderWay(model) ? again : ''}${model.stopped ? stoppedCard(model.stopped) : ''}${assignmentNotice(model)}
<div class="cols"><div class="aside">${main}</div><div class="aside">${aside}</div></div>${isConnected || runs.length > 0 ? runTable(runs, model.now) : ''}`;
  return adminLayout(model, 'directory', 'Directory', isConnected ? syncNow(model) : '', content);
}

/** The page looks again while a round is under way. */
const again = html`<noscript><meta http-equiv="refresh" content="5"></noscript><script src="/assets/again.js" defer></script>`;

const runUnderWay = ({ directory }: DirectoryModel) =>
  directory.runs.find((run) => run.state === 'running' || run.state === 'waiting');
const isUnderWay = (model: DirectoryModel): boolean =>
  runUnderWay(model)?.state === 'running' || model.isWanted || model.directory.runs.length === 0;

const syncNow = (model: DirectoryModel): Html =>
  postButton({
    action: `${DIRECTORY}/sync`,
    text: 'Sync now',
    look: 'btn primary',
    icon: 'retry',
    isDisabled: isUnderWay(model),
  });

function facts(model: DirectoryModel): Html {
  const { directory, now } = model;
  return html`<section class="card padded stack" aria-label="State"><div class="line wrap">${stateOf(model)}</div>
<dl class="facts"><dt>People</dt><dd>${figure(directory.users)}</dd><dt>Groups</dt><dd>${figure(directory.groups)}</dd>
<dt>Last sync</dt><dd>${directory.lastSyncAt === null ? 'none so far' : ago(directory.lastSyncAt, now)}</dd>
<dt>Next</dt><dd>${nextOf(model)}</dd></dl></section>`;
}

function stateOf(model: DirectoryModel): Html {
  const [last] = model.directory.runs;
  const run = runUnderWay(model);
  if (run?.state === 'running')
    return html`${state('', 'retry', 'syncing')}<span class="small muted" role="status">${count(run.users, 'person', 'people')} and ${count(run.groups, 'group', 'groups')} read so far, in ${count(run.requests, 'request', 'requests')}</span>`;
  if (run)
    return html`${state('wait', 'clock', 'waiting')}<span class="small muted">Microsoft asked for a pause, or cannot be reached; it goes on by itself.</span>`;
  if (isUnderWay(model) || !last) return state('', 'clock', 'about to begin');
  if (last.state === 'done') return state('ok', 'check', 'in step');
  return last.state === 'stopped' ? state('wait', 'pause', 'stopped') : state('bad', 'warn', 'failed');
}

function nextOf(model: DirectoryModel): Html | string {
  const { directory, now } = model;
  if (isUnderWay(model)) return 'now';
  return directory.nextSyncAt === null || directory.nextSyncAt <= now ? 'in a moment' : ago(directory.nextSyncAt, now);
}

function missing({ directory: { missingPermissions } }: DirectoryModel): Html | '' {
  if (missingPermissions.length === 0) return '';
  const cost = (name: string) => graphPermissions.find((one) => one.name === name)?.without ?? '';
  return html`<section class="card padded stack" aria-labelledby="missing"><h2 id="missing">Permissions that are missing</h2>
<ul class="stack small">${missingPermissions.map(
    (name) =>
      html`<li>${state('wait', 'warn', 'missing')} <span class="mono">${shown(name, 60)}</span> <span class="muted">${cost(name)}</span></li>`,
  )}</ul><p class="small muted">App registrations, your application, API permissions, Microsoft Graph, Application permissions; then grant admin consent. The next sync notices.</p></section>`;
}

const assignmentNotice = ({ directory }: DirectoryModel): Html | '' => (directory.assignmentRequired === true ? assignment : '');

function connect({ canConnect }: DirectoryModel): Html {
  return html`<section class="card padded stack" aria-labelledby="connect"><h2 id="connect">Connect the directory</h2>
<ul class="stack small gives"><li>${icon('people')}<span>Who has no invitation yet is suggested: nobody types what the directory knows.</span></li>
<li>${icon('send')}<span>Whole groups are invited at once, nested ones and distribution lists included.</span></li>
<li>${icon('pause')}<span>Who leaves the organization loses access here within ten minutes, and gets it back on return.</span></li></ul>
${
  canConnect
    ? html`${postButton({ action: `${DIRECTORY}/connect`, text: 'Connect directory', look: 'btn primary' })}<p class="small muted">It is only read, every ten minutes, with the same app registration that signs people in. Nobody is let in, and nobody is written to, by connecting it.</p>`
    : notice(
        'wait',
        'warn',
        'Single sign-on is not configured, and the directory is read with its app registration. Set DOORSTEP_OIDC_ISSUER, DOORSTEP_OIDC_CLIENT_ID and DOORSTEP_OIDC_CLIENT_SECRET first.',
      )
}</section>`;
}

const permissions = html`<section class="card padded stack" aria-labelledby="permissions"><div><h2 id="permissions">What Doorstep must be allowed to read</h2>
<p class="small muted">App registrations, your application, API permissions, Add a permission, Microsoft Graph, Application permissions. The least first; then <b>Grant admin consent</b>.</p></div>
<dl class="permissions small">${graphPermissions.map(
  ({ name, isOptional, reads, without }) =>
    html`<dt><span class="mono">${name}</span>${isOptional ? html` <span class="chip">optional</span>` : ''}</dt><dd>${reads} <span class="muted">Without it: ${without.charAt(0).toLowerCase()}${without.slice(1)}</span></dd>`,
)}</dl></section>`;

const scim = html`<section class="card padded stack small" aria-labelledby="scim"><h2 id="scim">Or let Entra write</h2>
<p>By provisioning (SCIM) Entra tells Doorstep who is assigned to the application, and at once when somebody leaves. It is set up under <a href="/admin/single-sign-on">Single sign-on</a>. Both can be on together.</p></section>`;

/** Where both are on, which one rules what. */
function sources({ directory: { isConnected, isProvisioned }, isLocked, connectedBy }: DirectoryModel): Html {
  const by = isLocked
    ? 'by the configuration of the server'
    : connectedBy === null
      ? ''
      : html`by ${isolate(shown(connectedBy, 80))}`;
  return html`<section class="card padded stack small" aria-labelledby="sources"><h2 id="sources">Sources</h2>
<ul class="stack"><li>${isConnected ? state('ok', 'check', 'Microsoft Graph') : state('', 'minus', 'Microsoft Graph')} <span class="muted">${isConnected ? html`connected ${by}` : 'not connected'}</span></li>
<li>${isProvisioned ? state('ok', 'check', 'SCIM provisioning') : state('', 'minus', 'SCIM provisioning')} <span class="muted">${isProvisioned ? 'Entra writes people' : html`not in use: <a href="/admin/single-sign-on">set it up</a>`}</span></li></ul>
${isConnected && isProvisioned ? both : html`<p class="muted">${isConnected ? 'Graph says who there is, in which groups, and whose account is enabled.' : 'Entra says who is assigned, in which groups, and whose account is active.'}</p>`}</section>`;
}

const both = html`<dl class="facts"><dt>Who there is</dt><dd>everybody whom either names; one person is one, whichever saw them</dd>
<dt>Names, addresses</dt><dd>Graph, of everybody whom it knows</dd><dt>Who is in a group</dt><dd>both together</dd>
<dt>Who leaves</dt><dd>either is enough; to come back both must agree</dd></dl>`;

const scope = ({
  suggests,
}: DirectoryModel): Html => html`<section class="card padded stack small" aria-labelledby="scope"><h2 id="scope">Who is suggested</h2>
<p>${suggests === 'everybody' ? 'Everybody in the directory who is neither invited nor a member.' : 'Only people of the rules that are on.'}</p>
<p><a class="btn sm" href="${DIRECTORY}/rules">Rules and who is suggested</a></p></section>`;

function disconnect({ isLocked }: DirectoryModel): Html {
  if (isLocked)
    return html`<section class="card padded stack small" aria-label="Connection"><p>${icon('shield')} The operator of this server connected it (<span class="mono">DOORSTEP_GRAPH_URL</span>), so it cannot be disconnected here.</p></section>`;
  return html`<section class="card padded stack small" aria-label="Connection"><p class="muted">Disconnected, the directory is not read any more. What is known stays, and so does everybody’s access.</p>
${postButton({ action: `${DIRECTORY}/disconnect`, text: 'Disconnect', look: 'btn danger sm' })}</section>`;
}
