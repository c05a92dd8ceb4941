import type { SyncProblem } from '@doorstep/shared/directory';

/** Why a round of the sync did not end well, and what helps. */
export const syncProblemText: Record<SyncProblem, { what: string; so: string }> = {
  'client-secret-refused': {
    what: 'Microsoft refuses the client secret.',
    so: 'Set DOORSTEP_OIDC_CLIENT_SECRET to the value of a secret that the app registration lists, and start the server again.',
  },
  'client-secret-expired': {
    what: 'The client secret has expired.',
    so: 'Make a new one in the app registration (Certificates & secrets), set DOORSTEP_OIDC_CLIENT_SECRET, and start the server again.',
  },
  'permission-missing': {
    what: 'Doorstep may not read people.',
    so: 'Add the application permission User.Read.All in the app registration (API permissions), and grant admin consent.',
  },
  throttled: { what: 'Microsoft asks for a pause again and again.', so: 'Nothing to do: the next round tries again.' },
  unreachable: {
    what: 'Microsoft Graph cannot be reached.',
    so: 'If it lasts: look whether the server may open https connections to it.',
  },
  garbage: {
    what: 'The answer was not what Microsoft Graph sends.',
    so: 'If it lasts: look for a proxy in between that changes answers.',
  },
  'pages-repeat': { what: 'The same page came again and again.', so: 'The next round begins anew. Nothing was taken away.' },
  'pages-endless': { what: 'The pages did not end.', so: 'The next round begins anew. Nothing was taken away.' },
  'foreign-link': {
    what: 'An answer led to another server.',
    so: 'It was not followed. If it lasts: look for a proxy in between that changes answers.',
  },
  'other-tenant': {
    what: 'The directory that is known belongs to another tenant.',
    so: 'Nothing was read. Set DOORSTEP_OIDC_ISSUER back to that tenant, or begin a new workspace for the new one.',
  },
  'too-many-leave': {
    what: 'Many members would lose their access at once.',
    so: 'Nothing was done. Look at who it is; if it is right, apply it.',
  },
  'last-administrator-leaves': {
    what: 'The last administrator would lose access.',
    so: 'Nothing was done. Make somebody else an administrator first; the next round then goes on.',
  },
  'directory-shrank': {
    what: 'Half of the directory, or more, has disappeared.',
    so: 'Nothing was done. Look whether Doorstep still reads the right tenant; if it is right, apply it.',
  },
};

/** Application permissions of Microsoft Graph, the least first: what each is for, and what is missing without it. */
export const graphPermissions: readonly { name: string; isOptional: boolean; reads: string; without: string }[] = [
  {
    name: 'User.Read.All',
    isOptional: false,
    reads: 'People: names, addresses, whether their account is enabled.',
    without: 'Nothing can be read.',
  },
  {
    name: 'GroupMember.Read.All',
    isOptional: false,
    reads: 'Groups and who is in them.',
    without: 'Groups cannot be invited, synced user groups stay empty, and rules for groups match nobody.',
  },
  {
    name: 'Member.Read.Hidden',
    isOptional: true,
    reads: 'Who is in groups that hide their members.',
    without: 'Such groups look empty.',
  },
  {
    name: 'OrgContact.Read.All',
    isOptional: true,
    reads: 'Contacts of the organization.',
    without: 'The address of a contact is not recognised.',
  },
  {
    name: 'Application.Read.All',
    isOptional: true,
    reads: 'Whether people must be assigned to this application.',
    without: 'That assignment is required is only learnt when Microsoft turns somebody away.',
  },
];
