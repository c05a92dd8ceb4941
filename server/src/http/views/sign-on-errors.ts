import type { SignOnTest } from '../../actions/sign-on-test.ts';

type Failed = Extract<SignOnTest, { outcome: 'failed' }>;
/** `title` stands alone, `what` and `next` are sentences. */
export type Meaning = { title: string; what: string; next: string };

/** What a failed test means and what to do, by Microsoft's own number (reference/entra.md, 1.9) and else by what we found. */
export const meaningOf = ({ code, because }: Pick<Failed, 'code' | 'because'>, publicUrl: string): Meaning =>
  (code !== null && byCode(publicUrl)[code]) || byReason[because];

const byCode = (publicUrl: string): Record<string, Meaning | undefined> => ({
  '7000215': {
    title: 'Microsoft does not know this client secret.',
    what: 'The secret is wrong. Most often its Secret ID was copied instead of its Value, or a character is missing.',
    next: 'Make a new client secret in Azure, copy its Value, and add it here.',
  },
  '7000222': {
    title: 'The client secret has expired.',
    what: 'Azure says that its day has passed.',
    next: 'Make a new client secret under Certificates & secrets and add it here.',
  },
  '700027': {
    title: 'Microsoft does not know the certificate.',
    what: 'The certificate that this application shows is not among those uploaded for it in Azure.',
    next: 'Download the certificate here, upload it in Azure under Certificates & secrets, Certificates, wait a minute and test again.',
  },
  '700024': {
    title: 'The clocks do not agree.',
    what: 'Microsoft finds that the proof with the certificate is not good at its own time.',
    next: 'Set the clock of this server (NTP), then test again.',
  },
  '700016': {
    title: 'Microsoft does not know this application.',
    what: 'There is no application with this ID in this tenant: one of the two IDs is of something else.',
    next: 'Compare the Application (client) ID and the Directory (tenant) ID with the application’s Overview page.',
  },
  '90002': {
    title: 'Microsoft does not know this tenant.',
    what: 'The Directory (tenant) ID belongs to no organization.',
    next: 'Copy it again from the application’s Overview page.',
  },
  '50011': {
    title: 'The redirect URI is not registered.',
    what: 'Azure must have this address word for word, as a Web platform.',
    next: `In Azure, Authentication, Web, add ${publicUrl}/sign-in/callback.`,
  },
  '500112': {
    title: 'The redirect URI is another one.',
    what: 'Azure has another address than the one that was used.',
    next: `In Azure, Authentication, Web, add ${publicUrl}/sign-in/callback.`,
  },
  '65001': needsConsent(),
  '90094': needsConsent(),
  '90095': needsConsent(),
  '50105': notAssigned(),
  '9002327': {
    title: 'The redirect URI is registered as a single-page application.',
    what: 'This is a server: Azure must have it as a Web platform.',
    next: `In Azure, Authentication, remove the single-page application and add ${publicUrl}/sign-in/callback under Web.`,
  },
  '7000218': {
    title: 'Azure wants a proof that was not sent.',
    what: 'No secret and no certificate reached Microsoft.',
    next: 'Add the client secret or certificate again and test it.',
  },
});

function needsConsent(): Meaning {
  return {
    title: 'Consent is missing.',
    what: 'Nobody has agreed that this application may sign people in.',
    next: 'In Azure, API permissions, press Grant admin consent, then test again.',
  };
}

function notAssigned(): Meaning {
  return {
    title: 'You are not assigned to the application.',
    what: 'In Azure the application lets in assigned people only. Access requests of others could not arrive either.',
    next: 'Enterprise applications, your application, Properties: set Assignment required to No; or assign people under Users and groups.',
  };
}

const byReason: Record<Failed['because'], Meaning> = {
  cancelled: { title: 'You stopped signing in.', what: 'Nothing was tested.', next: 'Test again whenever you like.' },
  'not-assigned': notAssigned(),
  'provider-refused': {
    title: 'Microsoft refused.',
    what: 'It says why in its own words below.',
    next: 'The number after AADSTS can be looked up at login.microsoftonline.com/error.',
  },
  'credential-refused': {
    title: 'Microsoft refuses the secret or certificate.',
    what: 'It says why in its own words below.',
    next: 'Make a new client secret in Azure, copy its Value, and add it here.',
  },
  'unknown-attempt': {
    title: 'This test was not begun here.',
    what: 'The answer does not belong to the question of this browser.',
    next: 'Begin the test again in this browser.',
  },
  'already-used': { title: 'That took too long.', what: 'The answer was used before, or came too late.', next: 'Test again.' },
  'provider-unreachable': {
    title: 'Microsoft could not be asked.',
    what: 'Under this issuer nothing answers as a provider does: the tenant ID may be of no organization, or this server cannot reach the Internet.',
    next: 'Compare the Directory (tenant) ID; if it is right, see whether this server may reach login.microsoftonline.com.',
  },
  'token-not-valid': {
    title: 'The answer failed our checks.',
    what: 'What was found stands below. Without oid, tid and a good signature nobody can be recognized, so nobody would get in.',
    next: 'Take back changes of the token in Azure (claims mapping, version of the token), then test again.',
  },
  clock: {
    title: 'The clocks do not agree.',
    what: 'Server and Microsoft are minutes apart.',
    next: 'Set the clock of this server (NTP), then test again.',
  },
  'other-tenant': {
    title: 'That account belongs to another organization.',
    what: 'The tenant ID names one organization and you signed in with an account of another.',
    next: 'Test again with an account of the organization; or correct the Directory (tenant) ID.',
  },
  'personal-account': {
    title: 'That is a personal Microsoft account.',
    what: 'Only accounts of the organization can sign in.',
    next: 'Test again with your work account.',
  },
  'sign-in-too-old': { title: 'The sign-in was too old.', what: 'Microsoft used an earlier one.', next: 'Test again.' },
};
