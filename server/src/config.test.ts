import { CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID, GECKO_REDIRECT_HOST } from '@doorstep/shared/extension-ids';
import { describe, expect, it } from 'vitest';
import { type Config, type ConfigOptions, readConfig } from './config.ts';

const TENANT = '6f0a6d0c-3f1e-4b8f-9a52-0c1d2e3f4a5b';
const secret = 'Zk3xQv9Tn2LbW7rYp5HcJd8MfGs4AuEe';
const signOn = {
  DOORSTEP_OIDC_ISSUER: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  DOORSTEP_OIDC_CLIENT_ID: 'client',
  DOORSTEP_OIDC_CLIENT_SECRET: 'client-secret-value',
};

describe('readConfig', () => {
  it('needs nothing for a demonstration', () => {
    expect(configOf({})).toMatchObject({
      listen: { host: '127.0.0.1', port: 3000 },
      publicUrl: 'http://localhost:3000',
      dataDir: './data',
      database: { kind: 'file', url: 'file:./data/doorstep.db' },
      secret: null,
      oidc: null,
      mail: null,
      mailFrom: 'doorstep@localhost',
      trustedProxies: [],
      logLevel: 'info',
    });
  });

  it('reads a whole configuration', () => {
    const config = configOf({
      ...signOn,
      DOORSTEP_LISTEN: '[::1]:8080',
      DOORSTEP_PUBLIC_URL: 'https://door.example.com/',
      DOORSTEP_DATABASE_URL: 'libsql://db.example.com',
      DOORSTEP_DATABASE_TOKEN: 'database-token',
      DOORSTEP_SECRET: secret,
      DOORSTEP_MAIL: 'postmark',
      DOORSTEP_MAIL_FROM: 'door@example.com',
      DOORSTEP_POSTMARK_TOKEN: 'postmark-token',
      DOORSTEP_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      DOORSTEP_LOG_LEVEL: 'debug',
    });
    expect(config.listen).toEqual({ host: '::1', port: 8080 });
    expect(config.publicUrl).toBe('https://door.example.com');
    expect(config.database).toEqual({ kind: 'remote', url: 'libsql://db.example.com', token: 'database-token' });
    expect(config.oidc).toMatchObject({ clientId: 'client' });
    expect(config.mail).toMatchObject({ mail: 'postmark', postmarkToken: 'postmark-token' });
    expect(config.trustedProxies).toHaveLength(2);
    expect(config.secrets.sort()).toEqual(['client-secret-value', 'database-token', 'postmark-token', secret].sort());
  });

  it.each([
    ['DOORSTEP_LISTEN', ['3000', 'localhost', ':3000', '127.0.0.1:0', '127.0.0.1:65536', 'http://127.0.0.1:3000', '::1:3000']],
    [
      'DOORSTEP_PUBLIC_URL',
      [
        'door.wrong.test',
        'http://door.wrong.test',
        'https://door.wrong.test/path',
        'https://door.wrong.test/?q=1',
        'https://door.wrong.test/#x',
        'https://user:wort@door.wrong.test',
        'javascript:alert(1)',
        'ftp://door.wrong.test',
      ],
    ],
    ['DOORSTEP_DATABASE_URL', ['postgres://x/y', 'file:', 'doorstep.db', 'http://', 'libsql:///x']],
    ['DOORSTEP_SECRET', ['short', 'changeme-changeme-changeme-changeme', 'a'.repeat(64), '0123456789abcdef0123456789abcdef']],
    [
      'DOORSTEP_OIDC_ISSUER',
      [
        'https://login.microsoftonline.com/common/v2.0',
        `https://login.microsoftonline.com/${TENANT}`,
        `https://login.microsoftonline.com/${TENANT}/v2.0/`,
        `http://login.microsoftonline.com/${TENANT}/v2.0`,
      ],
    ],
    ['DOORSTEP_MAIL', ['sendmail', 'SMTP']],
    ['DOORSTEP_MAIL_FROM', ['door', 'Door <door@example.com>', 'a@b.example\nBcc: c@d.example']],
    ['DOORSTEP_POSTMARK_URL', ['http://postmark.example.com', 'postmark']],
    ['DOORSTEP_SMTP_URL', ['mail.example.com:25', 'http://mail.example.com', 'smtp:///x']],
    ['DOORSTEP_TRUSTED_PROXIES', ['10.0.0.0/33', 'everybody', '10.0.0.1,nobody']],
    ['DOORSTEP_EXTENSION_IDS', ['abc', CHROMIUM_EXTENSION_ID.toUpperCase(), 'q'.repeat(32), `${'a'.repeat(32)}/`]],
    ['DOORSTEP_LOG_LEVEL', ['loud', 'warn']],
  ])('DUR-15: a wrong %s is named and never repeated', (name, wrongValues) => {
    for (const value of wrongValues) {
      const problems = problemsOf({ [name]: value });
      const own = problems.filter((problem) => problem.startsWith(`${name} `));
      expect(own, value).toHaveLength(1);
      if (value.length > 5) expect(problems.join('\n')).not.toContain(value);
      expect(own[0]).toMatch(/[.)]$/);
    }
  });

  it('DUR-15: an empty variable is named, each one', () => {
    const names = Object.keys(full);
    const problems = problemsOf(Object.fromEntries(names.map((name) => [name, ' '])));
    for (const name of names) expect(problems).toContain(`${name} is empty: give it a value or leave it out.`);
    expect(problems).toHaveLength(names.length);
  });

  it.each([
    ['DOORSTEP_PUBLIC_URL', { DOORSTEP_LISTEN: '0.0.0.0:3000' }],
    ['DOORSTEP_SECRET', { DOORSTEP_DATABASE_URL: 'http://127.0.0.1:8080' }],
    ['DOORSTEP_OIDC_CLIENT_SECRET', { ...signOn, DOORSTEP_OIDC_CLIENT_SECRET: undefined }],
    ['DOORSTEP_OIDC_CLIENT_ID', { ...signOn, DOORSTEP_OIDC_CLIENT_ID: undefined }],
    ['DOORSTEP_OIDC_ISSUER', { ...signOn, DOORSTEP_OIDC_ISSUER: undefined }],
    ['DOORSTEP_POSTMARK_TOKEN', { DOORSTEP_MAIL: 'postmark', DOORSTEP_MAIL_FROM: 'door@example.com' }],
    ['DOORSTEP_MAIL_FROM', { DOORSTEP_MAIL: 'postmark', DOORSTEP_POSTMARK_TOKEN: 'x' }],
    ['DOORSTEP_SMTP_URL', { DOORSTEP_MAIL: 'smtp', DOORSTEP_MAIL_FROM: 'door@example.com' }],
  ])('DUR-15: a missing %s is named', (name, environment) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(`${name} is missing`)]);
  });

  it('DUR-15: names every wrong variable, not only the first', () => {
    const problems = problemsOf({
      DOORSTEP_LISTEN: 'x',
      DOORSTEP_MAIL: 'pigeon',
      DOORSTEP_SECRTE: 'abc',
      DOORSTEP_LOG_LEVEL: 'loud',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'DOORSTEP_LISTEN',
      'DOORSTEP_LOG_LEVEL',
      'DOORSTEP_MAIL',
      'DOORSTEP_SECRTE',
    ]);
  });

  it('leaves alone what others read', () => {
    expect(problemsOf({ DOORSTEP_DEMO_LISTEN: 'x', PATH: '/bin' })).toEqual([]);
  });

  it('SUP-01: refuses secrets that are short, from an example or guessable', () => {
    for (const weak of ['x'.repeat(40), 'abc', 'your-secret-key-goes-here-0123456789']) {
      expect(problemsOf({ DOORSTEP_SECRET: weak })).toEqual([expect.stringMatching(/^DOORSTEP_SECRET /)]);
    }
    expect(configOf({ DOORSTEP_SECRET: secret }).secret).toBe(secret);
  });

  it('reads each secret from a file, never from two places', () => {
    const readFile = (path: string) => {
      if (path !== '/run/secrets/root') throw new Error('no such file');
      return `${secret}\n`;
    };
    expect(configOf({ DOORSTEP_SECRET_FILE: '/run/secrets/root' }, { runtime: 'node', readFile }).secret).toBe(secret);
    const both = { DOORSTEP_SECRET: secret, DOORSTEP_SECRET_FILE: '/run/secrets/root' };
    expect(problemsOf(both, { runtime: 'node', readFile })).toEqual([
      'DOORSTEP_SECRET and DOORSTEP_SECRET_FILE are both set: keep one.',
    ]);
    const [unreadable] = problemsOf({ DOORSTEP_SMTP_URL_FILE: '/else/where' }, { runtime: 'node', readFile });
    expect(unreadable).toBe('DOORSTEP_SMTP_URL_FILE names a file that cannot be read.');
    expect(problemsOf({ DOORSTEP_MAIL_FILE: '/x' })[0]).toContain('DOORSTEP_MAIL_FILE is not a variable');
  });

  it('DUR-15: on the edge runtime nothing has a default that a file or port would be', () => {
    expect(problemsOf({}, { runtime: 'edge' }).map((problem) => problem.split(' ')[0])).toEqual([
      'DOORSTEP_PUBLIC_URL',
      'DOORSTEP_DATABASE_URL',
      'DOORSTEP_SECRET',
    ]);
    const edge = {
      DOORSTEP_PUBLIC_URL: 'https://door.example.com',
      DOORSTEP_DATABASE_URL: 'https://db.example.com',
      DOORSTEP_SECRET: secret,
    };
    expect(configOf({ ...edge, BUCKET: {} }, { runtime: 'edge' }).database.kind).toBe('remote');
    expect(problemsOf({ ...edge, DOORSTEP_MAIL: 'smtp' }, { runtime: 'edge' })).toEqual([
      'DOORSTEP_MAIL cannot be smtp on the edge runtime: use postmark.',
    ]);
    expect(problemsOf({ ...edge, DOORSTEP_DATABASE_URL: 'file:x.db' }, { runtime: 'edge' })[0]).toContain(
      'DOORSTEP_DATABASE_URL',
    );
    expect(problemsOf({ ...edge, DOORSTEP_SECRET: undefined, DOORSTEP_SECRET_FILE: '/x' }, { runtime: 'edge' })[0]).toContain(
      'DOORSTEP_SECRET_FILE cannot be used here',
    );
  });

  it('knows the built-in extensions and those that are named', () => {
    const further = 'abcdefghijklmnopabcdefghijklmnop';
    const clients = configOf({ DOORSTEP_EXTENSION_IDS: `${further}, other@example.com` }).extensionClients;
    expect(clients.map((client) => client.clientId)).toEqual([
      CHROMIUM_EXTENSION_ID,
      GECKO_EXTENSION_ID,
      further,
      'other@example.com',
    ]);
    expect(clients[0]).toMatchObject({
      redirectUri: `https://${CHROMIUM_EXTENSION_ID}.chromiumapp.org/`,
      origin: `chrome-extension://${CHROMIUM_EXTENSION_ID}`,
    });
    expect(clients[1]).toMatchObject({ redirectUri: `https://${GECKO_REDIRECT_HOST}/`, origin: 'any-moz-extension' });
  });

  it('takes a data folder with any characters', () => {
    expect(configOf({ DOORSTEP_DATA_DIR: '/my data/50%#?' }).database.url).toBe('file:/my%20data/50%25%23%3F/doorstep.db');
  });
});

const full = {
  ...signOn,
  DOORSTEP_LISTEN: '',
  DOORSTEP_PUBLIC_URL: '',
  DOORSTEP_DATA_DIR: '',
  DOORSTEP_DATABASE_URL: '',
  DOORSTEP_DATABASE_TOKEN: '',
  DOORSTEP_SECRET: '',
  DOORSTEP_MAIL: '',
  DOORSTEP_MAIL_FROM: '',
  DOORSTEP_POSTMARK_TOKEN: '',
  DOORSTEP_POSTMARK_URL: '',
  DOORSTEP_SMTP_URL: '',
  DOORSTEP_TRUSTED_PROXIES: '',
  DOORSTEP_EXTENSION_IDS: '',
  DOORSTEP_LOG_LEVEL: '',
};

const onNode: ConfigOptions = { runtime: 'node' };

function configOf(environment: Record<string, unknown>, options = onNode): Config {
  const read = readConfig(environment, options);
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.config;
}

function problemsOf(environment: Record<string, unknown>, options = onNode): string[] {
  const read = readConfig(environment, options);
  return 'problems' in read ? read.problems : [];
}
