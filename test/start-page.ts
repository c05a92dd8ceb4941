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
}

/** What `npm start` shows: where everything is, who can sign in, what to try. */
export function startPage({ greeting, url, tenant }: StartPage): string {
  return `
${greeting}

  Workspace   ${url}
${tenant ? withTenant(tenant) : ''}
  Extension   npm run browser opens Chromium with it. Or load it yourself: chrome://extensions,
              Developer mode, Load unpacked, ${EXTENSION}
  See it all  npm run tour plays everything by itself on a fresh workspace
  Stop        Ctrl-C. The workspace stays in ${env.DOORSTEP_DATA_DIR ?? 'data/'} and is there again next time.
`;
}

const withTenant = (tenant: DemoTenant): string => `  Mailbox     ${tenant.mailboxUrl}
  Tenant      ${tenant.origin} stands in for Microsoft and Postmark
  Directory   ${tenant.origin}/directory changes it, once it is connected under Administration, Directory

  Who can sign in, without a password:
${tenant.people.map(personLine).join('\n')}
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
export const whereToBegin = (link: string): string => `Begin here: open the set-up link and sign in as the administrator.

${link}
`;
