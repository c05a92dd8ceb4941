import { html } from 'hono/html';
import { azurePicture } from './azure-picture.ts';
import type { Html } from './layout.ts';
import { toCopy } from './to-copy.ts';

/** What Azure must be told, and where we are. */
export type AzureModel = { publicUrl: string };

/** The way through the portal, in its order, with everything that is copied from here to there. */
export const azureSteps = ({ publicUrl }: AzureModel): Html => html`<section class="card padded stack" aria-labelledby="in-azure">
<div><h2 id="in-azure">In Azure: register the application</h2>
<p class="small muted">About three minutes, in another window: <a href="https://entra.microsoft.com" target="_blank" rel="noopener noreferrer">entra.microsoft.com</a>, <b>App registrations</b>.</p></div>
<ol class="numbered stack small">
<li><b>New registration.</b> Any name; <b>Accounts in this organizational directory only</b>; as redirect URI choose <b>Web</b> and paste:
${toCopy('redirect-uri', 'Redirect URI (Web)', `${publicUrl}/sign-in/callback`)}</li>
<li><b>Authentication.</b> Paste this too; who signs out of Microsoft is then signed out here.
${toCopy('sign-out-uri', 'Front-channel logout URL', `${publicUrl}/sign-out/front-channel`)}${azurePicture}</li>
<li><b>Certificates &amp; secrets.</b> Make a <b>New client secret</b> and copy its <b>Value</b> at once: Azure never shows it again. A certificate works too.</li>
<li><b>Token configuration</b>, <b>Add optional claim</b>, <b>ID</b>: tick <b>email</b>, <b>login_hint</b>, <b>sid</b> and <b>acct</b>. Then <b>Manifest</b>: add <code>{"name": "xms_edov", "essential": false}</code> to <code>optionalClaims.idToken</code>.
<ul class="bullets small muted"><li><code>email</code>: without it an invitation by e-mail waits for your confirmation.</li>
<li><code>xms_edov</code>: says that the address was verified; without it the same.</li>
<li><code>login_hint</code>: spares people the choice of their account.</li>
<li><code>acct</code>: marks guests of your tenant.</li>
<li><code>sid</code>: without it signing out of Microsoft leaves people signed in here.</li></ul></li>
<li><b>API permissions</b>, <b>Microsoft Graph</b>, <b>Application permissions</b>. Only if the directory shall be read; single sign-on works without.
<ul class="bullets small muted"><li><code>User.Read.All</code>: without it nobody is suggested, and who leaves stays in until you act.</li>
<li><code>GroupMember.Read.All</code>: without it groups cannot be invited.</li>
<li><code>Member.Read.Hidden</code>, <code>OrgContact.Read.All</code>, <code>Application.Read.All</code>: hidden members, contacts, and whether assignment is required.</li></ul></li>
<li><b>Grant admin consent</b>, the button above the list: without it permissions count for nothing, and people may be asked one by one.</li>
<li><b>Enterprise applications</b>, this one, <b>Properties</b>: with <b>Assignment required</b> only people you assign there ever reach the door. <b>No</b> lets Doorstep decide.</li>
<li><b>Overview.</b> Copy both IDs into the form here.</li></ol></section>
<script src="/assets/copy.js" defer></script>`;
