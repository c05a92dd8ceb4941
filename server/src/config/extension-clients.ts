import { CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ExtensionClient } from '../actions/deps.ts';
import { isChromiumId } from './values.ts';

/** The OAuth clients that may connect: the extensions built in and those of `DOORSTEP_EXTENSION_IDS` (CONTRACT.md, 6). */
export function extensionClients(further: readonly string[]): ExtensionClient[] {
  const ids = new Set([CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID, ...further]);
  return [...ids].map((id) => (isChromiumId(id) ? chromiumClient(id) : geckoClient(id)));
}

const chromiumClient = (id: string): ExtensionClient => ({
  clientId: id,
  redirectUri: `https://${id}.chromiumapp.org/`,
  origin: `chrome-extension://${id}`,
});

/** Firefox gives each installation an origin of its own, and the redirect a host made of the add-on's id. */
const geckoClient = (id: string): ExtensionClient => ({
  clientId: id,
  redirectUri: `https://${bytesToHex(sha1(utf8ToBytes(id)))}.extensions.allizom.org/`,
  origin: 'any-moz-extension',
});
