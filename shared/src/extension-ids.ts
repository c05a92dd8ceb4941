/**
 * The extension's ids in the browsers, built in: the server knows them as OAuth client ids, the build gives them to the manifest.
 * Chromium derives its id from the manifest's `key`; Firefox takes the gecko id and a redirect host made of its SHA-1 (CONTRACT.md, 6).
 */
export const CHROMIUM_MANIFEST_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5CJt/QkPpgE76uqg+X8vRrtUidkEgGmMjhE9Vb8luJ3uCATnGsaQKeRucnSWEVqI/cUv6flRgpgWJyx1ic7DHCgqwypEs8PWAc+MwEEbhyao3eXt7hx4knWKAOWHrjVxgCfJ+9zRmspyYkL2sCTZmz5uMaezdZzwx7czwsPPfqpwg0WXereUXJZ6hMpi/4ZSy5/OHekxpM4LSAaAnfK08RPkWeXOq4Aj3J191tsT4ChdMQovyXQ0fzMgEfGpB9866ia/DcoKTL/bcMCAxuMRF92N9QUJNrYoGHQtucvUWNynADJLPRpTx8QsB0alpSAiqQ3gHGFfsHtXGMuGKJTf+QIDAQAB';
export const CHROMIUM_EXTENSION_ID = 'lindjmlphdeoihhgekhmnnhjgikhdkbo';
export const GECKO_EXTENSION_ID = 'doorstep@doorstep.example';
export const GECKO_REDIRECT_HOST = '76534c7f41a117aa30f37fbcba392d81fd4750a7.extensions.allizom.org';
