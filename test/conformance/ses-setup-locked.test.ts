import { expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { openEmptyWorkspace } from './workspace.ts';

test('SES-16: what the environment says is shown done and locked in the set-up, and the pages cannot change it', async () => {
  const workspace = await openEmptyWorkspace();
  const { url, setUpLink } = workspace;
  const operator = new Browser();
  await operator.get(setUpLink, { follow: true });
  const named = await operator.post(`${url}/setup`, { name: 'Contoso Vault' }, { follow: true });
  expect(named.url).toBe(`${url}/setup/you`);
  const signOn = await operator.get(`${url}/setup/sign-on`, { follow: true });
  expect(signOn.text).toContain('DOORSTEP_OIDC_ISSUER');
  const mail = await operator.get(`${url}/setup/mail`);
  expect(mail.text).toContain('DOORSTEP_POSTMARK_TOKEN');
  expect(mail.text).not.toContain('<form');
  for (const path of ['sign-on/draft', 'sign-on/credentials', 'sign-on/switch-on', 'mail/draft', 'mail/on']) {
    const answer = await operator.post(`${url}/setup/${path}`, { way: 'preview', version: '1', id: 'x' });
    expect([path, answer.status]).toEqual([path, path.startsWith('mail') ? 403 : 409]);
  }
  expect(await workspace.sql('SELECT * FROM mail_configuration')).toEqual([]);
  expect(await workspace.sql('SELECT * FROM single_sign_on')).toEqual([]);
  await workspace.stop();
});
