import type { SyncProblem } from '@doorstep/shared/directory';
import { html } from 'hono/html';
import { aside, button, foreign, type House, type Mail, mailPage, paragraph, textOf } from './layout.ts';
import { plainName } from './plain.ts';

/** Either a sync that did not end well, with what it would have done, or a person whom SCIM wanted to deactivate and who stays. */
export type DirectoryAlertMail =
  | { about: 'sync'; problem: SyncProblem; people: number; members: number }
  | { about: 'deactivation'; person: { name: string | null; address: string | null } };

/** To one administrator. */
export function directoryAlertMail(house: House, alert: DirectoryAlertMail): Mail {
  const workspace = plainName(house.workspaceName);
  const { title, what, next } = alert.about === 'sync' ? wordsOfSync(alert) : wordsOfDeactivation(alert.person);
  const subject = `${title} (${workspace})`;
  const url = `${house.publicUrl}/admin/directory`;
  const why = `You get this because you administer ${workspace}.`;
  return {
    subject,
    text: textOf(`${title} (${workspace}).`, what, next, `See the directory:\n${url}`, `-- \n${why} No tracking, no pictures.`),
    html: mailPage({
      house,
      subject,
      title,
      parts: [paragraph(foreign(what)), paragraph(foreign(next)), button('See the directory', url), aside(opensOnly)],
      why: html`${foreign(why)}`,
    }),
  };
}

const opensOnly = 'Opening the page changes nothing.';
type Words = { title: string; what: string; next: string };

function wordsOfSync({ problem, people, members }: Extract<DirectoryAlertMail, { about: 'sync' }>): Words {
  const stopped = stops[problem];
  if (!stopped) return { title: 'The directory sync does not work', what: failures[problem as Failure], next: stillIn };
  const would = `It would have suspended ${members} of the members; of ${people} people the directory says that they left or are disabled.`;
  return { title: 'The directory sync has stopped', what: `${stopped.what} ${would}`, next: stopped.next };
}

function wordsOfDeactivation(person: { name: string | null; address: string | null }): Words {
  const who = plainName(person.name || person.address || 'Somebody');
  return {
    title: `${who} was not deactivated`,
    what: `The identity provider asked to deactivate ${who}. That was refused, because too many would have left at once, or nobody would have been left to administer. If more are refused today, the audit names them; there is no mail for each.`,
    next: `${who} stays a member. If it is right, make sure of another administrator, or suspend ${who} yourself.`,
  };
}

const nothingDone = 'Nothing of it was done.';
const stops: Partial<Record<SyncProblem, { what: string; next: string }>> = {
  'too-many-leave': {
    what: `The sync would suspend many members at once. ${nothingDone}`,
    next: 'If it is right, let it pass on the page of the directory.',
  },
  'directory-shrank': {
    what: `Half of the directory, or more, has disappeared. ${nothingDone}`,
    next: 'If it is right, let it pass on the page of the directory.',
  },
  'last-administrator-leaves': {
    what: `The sync would suspend the last administrator. ${nothingDone}`,
    next: 'Make somebody else an administrator first; the next sync then goes on.',
  },
};

type Failure = Exclude<SyncProblem, 'too-many-leave' | 'directory-shrank' | 'last-administrator-leaves'>;
const stillIn = 'Until it works again, who leaves the organization keeps their access here, unless you suspend them.';
const failures: Record<Failure, string> = {
  'client-secret-refused': 'Microsoft refuses the client secret.',
  'client-secret-expired': 'The client secret has expired.',
  'permission-missing': 'A permission that the sync needs is missing.',
  throttled: 'Microsoft asks for a pause again and again.',
  unreachable: 'Microsoft Graph cannot be reached.',
  garbage: 'The answers of Microsoft Graph cannot be read.',
  'pages-repeat': 'Microsoft Graph sends the same page again and again.',
  'pages-endless': 'The pages of Microsoft Graph do not end.',
  'other-tenant': 'The directory that is known belongs to another tenant than the one that is configured now.',
  'foreign-link': 'An answer of Microsoft Graph leads to another server.',
};
