/** What a logo may be: pictures that run nothing. SVG is a document with scripts and links, and is none of them. */
export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type LogoType = (typeof logoTypes)[number];

/** In bytes: it comes with every first visit. */
export const LOGO_SIZE = 100_000;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];
const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];

/** What the bytes are, whatever they are called: null when none of the three. */
export function logoTypeOf(bytes: Uint8Array): LogoType | null {
  if (has(bytes, PNG)) return 'image/png';
  if (has(bytes, JPEG)) return 'image/jpeg';
  return has(bytes, RIFF) && has(bytes, WEBP, 8) ? 'image/webp' : null; // between them stands the length
}

const has = (bytes: Uint8Array, signature: readonly number[], from = 0): boolean =>
  signature.every((byte, at) => bytes[from + at] === byte);
