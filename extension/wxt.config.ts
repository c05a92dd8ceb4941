import { CHROMIUM_MANIFEST_KEY, GECKO_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import { defineConfig, type UserManifest } from 'wxt';

/** No host permission and no content script: the workspace's API answers us by CORS (CONTRACT.md, 6). */
const manifest: UserManifest = {
  name: 'Doorstep',
  description: 'Invite people to your workspace and answer those who knock, from the browser toolbar.',
  permissions: ['identity', 'storage', 'alarms'],
  action: { default_title: 'Doorstep', default_icon: { 16: 'icon/hollow-16.png', 32: 'icon/hollow-32.png' } },
  icons: { 16: 'icon/16.png', 32: 'icon/32.png', 48: 'icon/48.png', 128: 'icon/128.png' },
  commands: { _execute_action: { suggested_key: { default: 'Alt+Shift+D' } } },
  content_security_policy: {
    extension_pages: [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      'connect-src http://localhost:* http://127.0.0.1:* https:',
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
  },
};

const chromium = { key: CHROMIUM_MANIFEST_KEY, minimum_chrome_version: '123' }; // light-dark() of the look came with 123
const gecko = {
  id: GECKO_EXTENSION_ID,
  strict_min_version: '140.0', // the first one that asks for the consent below
  data_collection_permissions: { required: ['authenticationInfo', 'personallyIdentifyingInfo'] },
};

export default defineConfig({
  manifestVersion: 3,
  imports: false,
  manifest: ({ browser }) =>
    browser === 'firefox' ? { ...manifest, browser_specific_settings: { gecko } } : { ...manifest, ...chromium },
  vite: () => ({
    build: {
      modulePreload: false,
      target: 'es2024',
      rolldownOptions: { treeshake: { propertyReadSideEffects: false } }, // a schema spread into another one is only read
    },
  }),
});
