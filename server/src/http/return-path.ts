import { CONTROL } from './control-characters.ts';

const HOME = '/welcome';

/** Only a path of ours, parsed as the browser would, survives a sign-in; anything else becomes the home page (ENT-05, WEB-02). */
export function safeReturnPath(wanted: string | null | undefined, publicUrl: string): string {
  if (!wanted?.startsWith('/') || wanted.length > 2000 || CONTROL.test(wanted) || wanted.includes('\\')) return HOME;
  if (wanted.startsWith('//')) return HOME;
  try {
    const url = new URL(wanted, publicUrl);
    return url.origin === publicUrl && !url.pathname.startsWith('//') ? url.pathname + url.search : HOME;
  } catch {
    return HOME;
  }
}
