import { againScript } from './again-script.ts';
import { copyScript } from './copy-script.ts';
import { onceScript } from './once-script.ts';
import { passkeyScript } from './passkey-script.ts';
import { mark } from './styles.ts';
import { waitingScript } from './waiting-script.ts';

export type Asset = { type: string; body: string };

const SCRIPT = 'text/javascript; charset=utf-8';

/** Everything that a page loads besides itself, by path. Styles are inlined: a page is one request. */
export const assets: Readonly<Record<string, Asset>> = {
  '/assets/mark.svg': { type: 'image/svg+xml', body: mark },
  '/assets/waiting.js': { type: SCRIPT, body: waitingScript },
  '/assets/copy.js': { type: SCRIPT, body: copyScript },
  '/assets/once.js': { type: SCRIPT, body: onceScript },
  '/assets/passkey.js': { type: SCRIPT, body: passkeyScript },
  '/assets/again.js': { type: SCRIPT, body: againScript },
};
