import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** An authenticator in software (ES256, discoverable, user verification), so that tests can answer a ceremony of WebAuthn rightly and wrongly. */
export type SoftPasskey = { id: string; userHandle: string; counter: number; privateKey: KeyObject };

/** What a page carries: `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`, as far as it is looked at. */
export type Options = { challenge: string; rp?: { id: string }; rpId?: string; user?: { id: string } };

/** Where the answer comes from; each part can lie. */
export type Lie = {
  id?: string;
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  flags?: number;
  counter?: number;
  userHandle?: string;
};

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const BACKED_UP = 0x18;
const HAS_CREDENTIAL = 0x40;

/** A new passkey and the text that the page's script would send (WebAuthn Level 3, section 6.5). */
export function makePasskey(options: Options, origin: string, lie: Lie = {}): { passkey: SoftPasskey; answer: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = lie.id === undefined ? randomBytes(32) : Buffer.from(lie.id, 'base64url');
  const passkey = { id: id.toString('base64url'), userHandle: options.user!.id, counter: lie.counter ?? 1, privateKey };
  const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, coseOf(publicKey)]);
  const flags = lie.flags ?? USER_PRESENT | USER_VERIFIED | BACKED_UP;
  const authenticatorData = dataOf(lie.rpId ?? options.rp!.id, flags | HAS_CREDENTIAL, passkey.counter, credential);
  // {"fmt": "none", "attStmt": {}, "authData": bytes} in CBOR (RFC 8949)
  const attestationObject = Buffer.concat([
    Buffer.from([0xa3, 0x63]),
    Buffer.from('fmt'),
    Buffer.from([0x64]),
    Buffer.from('none'),
    Buffer.from([0x67]),
    Buffer.from('attStmt'),
    Buffer.from([0xa0, 0x68]),
    Buffer.from('authData'),
    Buffer.from([0x58, authenticatorData.length]),
    authenticatorData,
  ]);
  const response = {
    clientDataJSON: clientData('webauthn.create', options, origin, lie).toString('base64url'),
    attestationObject: attestationObject.toString('base64url'),
    transports: ['internal'],
  };
  return { passkey, answer: answerOf(passkey.id, response) };
}

/** The text for a sign-in (section 6.3.3); the counter goes on by one. */
export function usePasskey(passkey: SoftPasskey, options: Options, origin: string, lie: Lie = {}): string {
  passkey.counter += 1;
  const flags = lie.flags ?? USER_PRESENT | USER_VERIFIED | BACKED_UP;
  const authenticatorData = dataOf(lie.rpId ?? options.rpId!, flags, lie.counter ?? passkey.counter);
  const clientDataJSON = clientData('webauthn.get', options, origin, lie);
  const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
  return answerOf(passkey.id, {
    clientDataJSON: clientDataJSON.toString('base64url'),
    authenticatorData: authenticatorData.toString('base64url'),
    signature: sign('sha256', signed, passkey.privateKey).toString('base64url'),
    userHandle: lie.userHandle ?? passkey.userHandle,
  });
}

const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest();

function dataOf(rpId: string, flags: number, counter: number, credential = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(rpId), head, credential]);
}

const clientData = (type: string, options: Options, origin: string, lie: Lie): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: lie.type ?? type,
      challenge: lie.challenge ?? options.challenge,
      origin: lie.origin ?? origin,
      crossOrigin: false,
    }),
  );

/** {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y} (RFC 9053, section 7.1.1). */
function coseOf(publicKey: KeyObject): Buffer {
  const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
  const [first, second] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    first,
    Buffer.from([0x22, 0x58, 0x20]),
    second,
  ]);
}

const answerOf = (id: string, response: object): string =>
  JSON.stringify({
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response,
  });
