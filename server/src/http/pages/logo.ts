import { LOGO_SIZE, logoTypeOf } from '../../domain/logo.ts';
import { findLogo, type Logo } from '../../store/logo.ts';
import type { Ctx } from '../env.ts';

const YEAR = 31_536_000;

/** `/assets/logo?v={hash}`: its address changes with its bytes, so that browsers may keep it. Under any other address they ask again. */
export async function showLogo(c: Ctx): Promise<Response> {
  if (c.var.deps.settings.logoHash === null) return c.notFound() as Response;
  const logo = await findLogo(c.var.deps.store);
  if (!logo) return c.notFound() as Response;
  const isThisOne = c.req.query('v') === logo.hash;
  return c.body(logo.bytes, 200, {
    'Content-Type': logo.type,
    'Cache-Control': isThisOne ? `public, max-age=${YEAR}, immutable` : 'no-cache',
  });
}

/** What was uploaded as the field `logo`, or in a sentence why it cannot be one. The body is a form with a file (RFC 7578). */
export async function readLogo(c: Ctx): Promise<{ logo: Logo } | { problem: string }> {
  const file = await readFile(c, 'logo');
  if (!file || file.size === 0) return { problem: 'Please choose a picture.' };
  if (file.size > LOGO_SIZE)
    return { problem: `The picture has ${kilobytes(file.size)} kB. Please choose one of at most 100 kB.` };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const type = logoTypeOf(bytes); // what the browser calls it is only the ending of its name
  if (!type) return { problem: 'Please choose a PNG, JPEG or WebP picture. SVG and other formats are not shown.' };
  return { logo: { type, bytes, hash: await hashOf(bytes) } };
}

const kilobytes = (bytes: number): string => Math.ceil(bytes / 1000).toLocaleString('en');

/** null when the body is another form, broken, or has no such file. Its size is bounded before. */
async function readFile(c: Ctx, name: string): Promise<File | null> {
  const body = await c.req.arrayBuffer();
  const type = c.req.header('content-type') ?? '';
  try {
    const field = (await new Response(body, { headers: { 'Content-Type': type } }).formData()).get(name);
    return field instanceof File ? field : null;
  } catch {
    return null;
  }
}

const HASH_BYTES = 16;
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.subarray(0, HASH_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
