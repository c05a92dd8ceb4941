import { DAY, type Millis } from '@doorstep/shared/time';
import { base64url } from 'jose';

/** `privateKey` as PKCS #8 PEM, `certificate` as PEM, `thumbprint` the SHA-256 of its DER as base64url (`x5t#S256`). */
export type Certificate = { privateKey: string; certificate: string; thumbprint: string; expiresAt: Millis };
/** `problem` is a sentence for whoever pasted it. */
export type CertificateRead = Certificate | { problem: string };

const LASTS = 730 * DAY;
const MINUTES_BACK = 5 * 60_000;
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const LEAST_BITS = 2048;
/** Above it each sign-in waits for the signature. */
const MOST_BITS = 8192;

/** RSA with 3072 bits, signed by itself, for two years. `name` is what Azure lists it as. */
export async function makeCertificate(name: string, now: Millis): Promise<Certificate> {
  const { X509CertificateGenerator, KeyUsagesExtension, KeyUsageFlags } = await x509();
  const asked = { ...RSA, modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]) };
  const keys = await crypto.subtle.generateKey(asked, true, ['sign', 'verify']);
  const expiresAt = now + LASTS;
  const made = await X509CertificateGenerator.createSelfSigned({
    serialNumber: [...crypto.getRandomValues(new Uint8Array(15))].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    name: [{ CN: [name] }],
    notBefore: new Date(now - MINUTES_BACK),
    notAfter: new Date(expiresAt),
    signingAlgorithm: RSA,
    keys,
    extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)],
  });
  const privateKey = pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    privateKey,
    certificate: made.toString('pem'),
    thumbprint: await thumbprintOf(made.rawData),
    expiresAt: endOf(made.notAfter),
  };
}

/** A private key and its certificate out of one text of PEM blocks, in any order. Says in full what is wrong with them. */
export async function readCertificate(text: string, now: Millis): Promise<CertificateRead> {
  const blocks = blocksOf(text);
  const shape = problemOfBlocks(blocks, text);
  if (shape !== null) return { problem: shape };
  const certificate = await parsed(blocks.find(({ label }) => label === 'CERTIFICATE')!.der);
  if (!certificate) return { problem: 'The certificate cannot be read: the text between its lines is damaged.' };
  const modulusLength = bitsOf(certificate);
  if (modulusLength === null) return { problem: NOT_RSA };
  if (modulusLength < LEAST_BITS) return { problem: `The key has ${modulusLength} bits. Microsoft takes 2048 or more.` };
  if (modulusLength > MOST_BITS)
    return { problem: `The key has ${modulusLength} bits. Please use one of ${MOST_BITS} or fewer.` };
  const expiresAt = endOf(certificate.notAfter);
  if (expiresAt <= now) return { problem: `The certificate expired on ${new Date(expiresAt).toISOString().slice(0, 10)}.` };
  if (certificate.notBefore.getTime() > now) {
    return { problem: `The certificate is good only from ${certificate.notBefore.toISOString().slice(0, 10)} on.` };
  }
  const keyDer = blocks.find(({ label }) => label === 'PRIVATE KEY')!.der;
  const belongs = await belongTogether(keyDer, certificate.publicKey.rawData);
  if (belongs !== null) return { problem: belongs };
  return {
    privateKey: pem('PRIVATE KEY', keyDer),
    certificate: certificate.toString('pem'),
    thumbprint: await thumbprintOf(certificate.rawData),
    expiresAt,
  };
}

const NOT_RSA = 'The key is no RSA key. Microsoft takes certificates with RSA keys of 2048 bits or more.';

type Block = { label: string; der: Uint8Array<ArrayBuffer> };

function blocksOf(text: string): Block[] {
  return [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+?)-----END \1-----/g)].flatMap(([, label, body]) => {
    const der = bytesOf(body ?? '');
    return der ? [{ label: label ?? '', der }] : [];
  });
}

function bytesOf(body: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(body.replace(/\s/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function problemOfBlocks(blocks: Block[], text: string): string | null {
  const has = (label: string) => blocks.filter((block) => block.label === label).length;
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
    return 'The private key is protected by a password. Take it off first: openssl pkcs8 -topk8 -nocrypt -in key.pem';
  }
  if (has('RSA PRIVATE KEY') > 0) {
    return 'The private key is in the older form (PKCS #1). Turn it into PKCS #8: openssl pkcs8 -topk8 -nocrypt -in key.pem';
  }
  if (has('EC PRIVATE KEY') > 0) return NOT_RSA;
  if (blocks.length === 0) return 'That is no PEM: it has lines like -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----.';
  if (has('PRIVATE KEY') === 0) return 'The private key is missing: the block that begins with -----BEGIN PRIVATE KEY-----.';
  if (has('CERTIFICATE') === 0) return 'The certificate is missing: the block that begins with -----BEGIN CERTIFICATE-----.';
  if (has('PRIVATE KEY') > 1 || has('CERTIFICATE') > 1)
    return 'Please paste one private key and one certificate: the chain above it is not needed.';
  return null;
}

async function parsed(der: Uint8Array<ArrayBuffer>) {
  const { X509Certificate } = await x509();
  try {
    return new X509Certificate(der);
  } catch {
    return null;
  }
}

/** Of its RSA key; null for any other key, RSA-PSS among them, and for one that nobody can read. */
function bitsOf(certificate: { publicKey: { algorithm: Algorithm } }): number | null {
  try {
    const { name, modulusLength } = certificate.publicKey.algorithm as Algorithm & { modulusLength?: number };
    return name === RSA.name && typeof modulusLength === 'number' ? modulusLength : null;
  } catch {
    return null;
  }
}

/** What one signs the other must verify. */
async function belongTogether(privateKey: Uint8Array<ArrayBuffer>, publicKey: ArrayBuffer): Promise<string | null> {
  const text = crypto.getRandomValues(new Uint8Array(32));
  const signing = await crypto.subtle.importKey('pkcs8', privateKey, RSA, false, ['sign']).catch(() => null);
  if (!signing) return 'The private key cannot be read as an RSA key in PKCS #8.';
  const isSame = await verifies(publicKey, () => crypto.subtle.sign(RSA, signing, text), text);
  return isSame ? null : 'The private key does not belong to this certificate.';
}

/** Keys that are inconsistent in themselves are refused by the runtime with an exception. */
async function verifies(
  publicKey: ArrayBuffer,
  sign: () => Promise<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('spki', publicKey, RSA, false, ['verify']);
    return await crypto.subtle.verify(RSA, key, await sign(), text);
  } catch {
    return false;
  }
}

const endOf = (notAfter: Date): Millis => notAfter.getTime();
const thumbprintOf = async (der: ArrayBuffer): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', der)));

function pem(label: string, der: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  const body = btoa(Array.from(new Uint8Array(der), (byte) => String.fromCharCode(byte)).join(''));
  return `-----BEGIN ${label}-----\n${body.replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;
}

/** Large, so only where it is needed. It wants the metadata on `Reflect`. */
async function x509() {
  await import('reflect-metadata');
  return await import('@peculiar/x509');
}
