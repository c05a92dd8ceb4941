import * as v from 'valibot';

/** A credential id has at most 1023 bytes (WebAuthn Level 3, section 4); the rest is bounded well above what authenticators send. */
const MOST_CHARACTERS = 32_768;
const bytes = (most: number) => v.pipe(v.string(), v.regex(/^[\w-]+$/), v.maxLength(most));
const id = bytes(1364);
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

const common = { id, rawId: id, type: v.literal('public-key'), clientExtensionResults: v.record(v.string(), v.unknown()) };
const kinds = {
  new: v.object({
    ...common,
    response: v.object({
      clientDataJSON: bytes(8192),
      attestationObject: bytes(MOST_CHARACTERS),
      transports: v.optional(
        v.pipe(
          v.array(v.string()),
          v.filterItems((one) => TRANSPORTS.includes(one)),
        ),
      ),
    }),
  }),
  known: v.object({
    ...common,
    response: v.object({
      clientDataJSON: bytes(8192),
      authenticatorData: bytes(8192),
      signature: bytes(8192),
      userHandle: v.nullish(bytes(100)),
    }),
  }),
};

/** What `credential.toJSON()` gives, as far as it is looked at; everything else in it is left out. */
export type NewPasskeyAnswer = v.InferOutput<(typeof kinds)['new']>;
export type PasskeyAnswer = v.InferOutput<(typeof kinds)['known']>;

/** The text that the page's script sent; null for anything that is no such answer. */
export function readAnswer(text: string, kind: 'new'): NewPasskeyAnswer | null;
export function readAnswer(text: string, kind: 'known'): PasskeyAnswer | null;
export function readAnswer(text: string, kind: keyof typeof kinds): NewPasskeyAnswer | PasskeyAnswer | null {
  if (text.length > 2 * MOST_CHARACTERS) return null;
  const read = v.safeParse(kinds[kind], parsed(text));
  return read.success ? read.output : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
