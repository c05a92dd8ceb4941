import type { Millis } from '@doorstep/shared/time';
import { instant, span } from '../lib/words.ts';

/** Initials on a hue of ten that follows from the id, so that a person looks the same everywhere. */
export function Avatar({ id, label, size = '' }: { id: string; label: string; size?: '' | 'sm' | 'lg' }) {
  const hue = ([...id].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)!) >>> 0, 0) % 10) + 1;
  return (
    <span class={`avatar ${size} h${hue}`} aria-hidden="true">
      {initials(label)}
    </span>
  );
}

function initials(label: string): string {
  const words =
    label.split(/[@\s]/u)[0] === label || !label.includes('@') ? label.split(/\s+/u) : label.split('@')[0]!.split(/[._-]/u);
  const [first = '', ...rest] = words.filter((word) => word !== '');
  return ([...first][0] ?? '?').toUpperCase() + ([...(rest.at(-1) ?? '')][0] ?? '').toUpperCase();
}

/** How long ago, with the exact instant beneath. */
export const Ago = ({ at }: { at: Millis }) => (
  <time dateTime={new Date(at).toISOString()} title={instant(at)}>
    {span(Date.now() - at)}
  </time>
);

/** Who somebody is, in two lines: name and address, or the address alone. */
export const Who = ({ name, address }: { name: string | null | undefined; address: string | null | undefined }) => (
  <span class="who">
    <b>{name ?? address ?? 'Without a name'}</b>
    {name && <small>{address ?? 'no address'}</small>}
  </span>
);
