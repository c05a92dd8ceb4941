import type { Page } from 'playwright-core';

/** Chromium's own authenticator of one page: keeps passkeys, and says yes for its owner unless told. */
export interface VirtualAuthenticator {
  /** How many passkeys it holds. */
  has(): Promise<number>;
  /** Whether its owner says yes from now on. */
  agrees(does: boolean): Promise<unknown>;
}

/** Like a phone or laptop with a fingerprint reader; its passkeys end with the page. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    has: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    agrees: (isUserVerified) => session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}
