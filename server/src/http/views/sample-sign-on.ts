import { DAY, HOUR } from '@doorstep/shared/time';
import type { SignOnTest } from '../../actions/sign-on-test.ts';
import type { ListedCredential } from '../../store/sign-on-config.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { id, now, type Words } from './sample-facts.ts';
import {
  type ConfigurationShown,
  lockedContent,
  questionContent,
  type SignOnConfigModel,
  signOnConfigContent,
} from './sign-on-config.ts';
import { testResult } from './sign-on-tested.ts';

export const TENANT = '3f0d7b62-5a94-4c1e-8e27-90b1c4d6a815';
export const CLIENT = '0c1a3b5e-4d2f-4e88-9a10-b7f3c2d91e64';
const HOME = '/admin/single-sign-on';
const publicUrl = 'https://vault.contoso.com';

/** The pages on which single sign-on is connected, as `everyPage`. */
export function signOnConfigPages(shell: AdminShell, words: Words, rows: number): Record<string, Html> {
  const framed = (title: string, content: Html) => adminLayout(shell, 'single-sign-on', title, '', content);
  const credentials = credentialsOf(words).slice(0, rows);
  const shown = {
    id: id('sso', 1),
    tenantId: TENANT,
    clientId: CLIENT,
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    credentials,
  };
  const draft: ConfigurationShown = {
    ...shown,
    state: 'draft',
    testedAt: now - HOUR,
    isGood: true,
    isReady: true,
    hasMost: false,
  };
  const model: SignOnConfigModel = {
    ...{ home: HOME, now, publicUrl, isFresh: true, draft: null, on: null },
    form: form(words, []),
    credential: null,
  };
  const on: ConfigurationShown = { ...draft, state: 'on', isReady: false, hasMost: rows > 1 };
  const failed = {
    ...draft,
    clientId: words.name,
    issuer: `https://id.contoso.com/${TENANT}/v2.0`,
    isGood: false,
    isReady: false,
  };
  const test = (one: SignOnTest) => testResult({ test: one, testedAt: now - HOUR, now, publicUrl });
  return {
    'connect-entra': framed('Connect Microsoft Entra', signOnConfigContent(model)),
    'connect-entra-wrong': framed(
      'Connect Microsoft Entra',
      signOnConfigContent({
        ...model,
        isFresh: false,
        form: form(words, [
          { pointer: '#/tenant', detail: words.sentence },
          { pointer: '#/secret', detail: 'That is the Secret ID.' },
        ]),
      }),
    ),
    'connect-entra-draft': framed(
      'Connect Microsoft Entra',
      signOnConfigContent({
        ...model,
        draft: failed,
        on,
        form: { ...form(words, []), asksCredential: false },
        credential: forms('certificate'),
      }),
    ),
    'connect-entra-on': framed(
      'Connect Microsoft Entra',
      signOnConfigContent({ ...model, on, form: null, credential: forms(null) }),
    ),
    'connect-entra-locked': framed(
      'Connect Microsoft Entra',
      lockedContent({
        ...{ home: HOME, tenantId: TENANT, clientId: CLIENT, publicUrl, asksExpiry: true, isFresh: false },
        expires: words.sentence,
        errors: [{ pointer: '#/expires', detail: 'must be a day of the calendar, as in 2027-03-31' }],
      }),
    ),
    'sign-on-tested': framed(
      'The test went well',
      test({
        outcome: 'good',
        claims: { oid: TENANT, tid: TENANT, name: words.name, xms_edov: 'false' },
        graph: { outcome: 'reads', permissions: ['User.Read.All'] },
      }),
    ),
    'sign-on-refused': framed(
      'The test failed',
      test({
        ...{ outcome: 'failed', because: 'provider-refused', code: '7000215', detail: 'invalid_client', claims: {} },
        said: `AADSTS7000215: Invalid client secret provided. ${words.sentence}`,
      }),
    ),
    'sign-on-switch': framed(
      'Switch to the new configuration?',
      questionContent({
        ...{ sentences: [words.sentence], action: `${HOME}/switch-on`, fields: [['id', id('sso', 1)]] },
        ...{ button: 'Switch on', isDestructive: true, back: HOME },
      }),
    ),
  };
}

const form = (words: Words, errors: { pointer: string; detail: string }[]) => ({
  ...{ action: `${HOME}/draft`, errors, asksCredential: true, button: 'Save the draft' },
  typed: { tenant: words.name, clientId: words.sentence, expires: '2027-05-22', kept: errors.length > 0 ? 'sealed' : null },
});

const forms = (failed: 'certificate' | null) => ({
  ...{ action: `${HOME}/credentials`, failed, typed: { expires: '2027-05-22', kept: null } },
  errors: failed ? [{ pointer: '#/pem', detail: 'The private key does not belong to this certificate.' }] : [],
});

const credentialsOf = (words: Words): ListedCredential[] => [
  {
    ...{
      id: id('cre', 1),
      tenantId: TENANT,
      clientId: CLIENT,
      kind: 'certificate',
      expiresAt: now + 700 * DAY,
      createdAt: now - HOUR,
    },
    ...{ byName: words.name, testedAt: null, refusedAt: null, refusedCode: null, thumbprint: 'Wq3v' },
  },
  {
    ...{
      id: id('cre', 2),
      tenantId: TENANT,
      clientId: CLIENT,
      kind: 'secret',
      expiresAt: now + 5 * DAY,
      createdAt: now - 170 * DAY,
    },
    ...{ byName: null, testedAt: now - 170 * DAY, refusedAt: now - HOUR, refusedCode: '7000222', thumbprint: null },
  },
];
