import { env } from 'node:process';
import { EXTENSION } from './build.ts';
import type { DemoTenant } from './demo-tenant/demo-tenant.ts';
import type { Person } from './demo-tenant/people.ts';

export interface StartPage {
  /** The server's own first line. */
  greeting: string;
  /** Public URL of the workspace. */
  url: string;
  tenant: DemoTenant | null;
  /** Where the workspace lies that is set up by hand and forgotten afterwards; null for the usual one. */
  emptyFolder: string | null;
}

/** What `npm start` shows: where everything is, who can sign in, what to try. */
export function startPage({ greeting, url, tenant, emptyFolder }: StartPage): string {
  return `
${greeting}

  Workspace   ${url}
${tenant ? withTenant(tenant) : ''}${tenant && emptyFolder ? valuesOf(tenant) : ''}
  Extension   npm run browser opens Chromium with it. Or load it yourself: chrome://extensions,
              Developer mode, Load unpacked, ${EXTENSION}
  See it all  npm run tour plays everything by itself on a fresh workspace
  Stop        ${emptyFolder ? `Ctrl-C. The workspace lies in ${emptyFolder} and goes with it: each start is a first one.` : `Ctrl-C. The workspace stays in ${env.DOORSTEP_DATA_DIR ?? 'data/'} and is there again next time.`}
`;
}

const withTenant = (tenant: DemoTenant): string => `  Mailbox     ${tenant.mailboxUrl}
  Tenant      ${tenant.origin} stands in for Microsoft and Postmark
  Directory   ${tenant.origin}/directory changes it, once it is connected under Administration, Directory

  Who can sign in, without a password:
${tenant.people.map(personLine).join('\n')}
`;

/** What Azure and Postmark would show, to be copied into the set-up. */
const valuesOf = (tenant: DemoTenant): string => `
  Nothing is connected. The set-up asks for these (also at ${tenant.origin}/app-registration):
    Directory (tenant) ID     ${tenant.issuer}
    Application (client) ID   ${tenant.clientId}
    Client secret             ${tenant.clientSecret}
    Postmark token            ${tenant.postmarkToken}
    Sender address            door@contoso.example
    Your own address          sam@contoso.example (the mailbox shows what arrives)
`;

function personLine(person: Person): string {
  return `    ${person.name.padEnd(13)} ${person.preferredUsername.padEnd(24)} ${special(person)}`;
}

/** What the demonstration has each of them for. */
function special(person: Person): string {
  switch (person.kind) {
    case 'administrator':
      return 'administrator: signs in from the set-up link';
    case 'guest':
      return 'guest of the tenant: is labelled when knocking';
    case 'other-tenant':
      return 'from another tenant: is refused';
    case 'colleague':
      if (person.email === undefined) return 'colleague without a mailbox';
      return person.xmsEdov === undefined ? 'colleague whose address nobody has proven' : 'colleague';
  }
}

/** The set-up link on a line of its own, as the server printed it. */
export const whereToBegin = (
  link: string,
  isEmpty: boolean,
): string => `Begin here: open the set-up link${isEmpty ? ' and follow its four steps' : ' and sign in as the administrator'}.

${link}
`;
