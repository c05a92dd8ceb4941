import { raw } from 'hono/html';
import type { Html } from './layout.ts';

/** Drawn on 16 by 16; the word beside an icon says what it means, so it is hidden from screen readers. */
const drawings = {
  ms: '<g stroke="none"><path fill="#f25022" d="M1 1h6.5v6.5H1z"/><path fill="#7fba00" d="M8.5 1H15v6.5H8.5z"/><path fill="#00a4ef" d="M1 8.5h6.5V15H1z"/><path fill="#ffb900" d="M8.5 8.5H15V15H8.5z"/></g>',
  key: '<circle cx="5.25" cy="10.75" r="2.75"/><path d="m7.25 8.75 6-6M11 5l2 2"/>',
  people:
    '<circle cx="6" cy="5.5" r="2.5"/><path d="M1.75 13c.3-2.4 2-3.75 4.25-3.75S9.95 10.6 10.25 13M10.5 3.25a2.4 2.4 0 0 1 0 4.5M12 9.75c1.3.55 2.05 1.65 2.25 3.25"/>',
  right: '<path d="m6.25 3.75 4.25 4.25-4.25 4.25"/>',
  left: '<path d="M9.75 3.75 5.5 8l4.25 4.25"/>',
  down: '<path d="m4 6.25 4 4 4-4"/>',
  mail: '<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5"/><path d="m2.25 4.5 5.75 4.25 5.75-4.25"/>',
  x: '<path d="m4 4 8 8M12 4l-8 8"/>',
  clock: '<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8l2.25 1.5"/>',
  door: '<path d="M4 13.25V3.5l5-1.25v12zM9 3.5h3v9.75M2 13.25h2M12 13.25h2M7 8v.5"/>',
  plus: '<path d="M8 3.25v9.5M3.25 8h9.5"/>',
  minus: '<path d="M3.5 8h9"/>',
  pause: '<circle cx="8" cy="8" r="5.75"/><path d="M4 12 12 4"/>',
  info: '<circle cx="8" cy="8" r="5.75"/><path d="M8 7.5v3.25M8 5.2v.01"/>',
  check: '<path d="m3.5 8.5 3 3 6-6.75"/>',
  bounce: '<path d="M6 4 2.75 7.25 6 10.5M3 7.25h6.5a3.25 3.25 0 0 1 0 6.5H8"/>',
  send: '<path d="M14 2 7.25 8.75M14 2 9.75 14l-2.5-5.25L2 6.25z"/>',
  search: '<circle cx="7" cy="7" r="4.25"/><path d="m10.25 10.25 3.25 3.25"/>',
  retry: '<path d="M13 8a5 5 0 1 1-1.6-3.65L13 5.75M13 2.5v3.25H9.75"/>',
  shield: '<path d="M8 1.75 13 3.5v4c0 3.25-2.1 5.5-5 6.75-2.9-1.25-5-3.5-5-6.75v-4z"/>',
  file: '<path d="M9 1.75H4.5a1 1 0 0 0-1 1v10.5a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1V5.25zM9 1.75v3.5h3.5"/>',
  gear: '<path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6"/><circle cx="10" cy="4.5" r="1.5"/><circle cx="6" cy="11.5" r="1.5"/>',
  warn: '<path d="M8 2.25 14.25 13H1.75zM8 6.5v3M8 11.2v.01"/>',
} as const;

export type IconName = keyof typeof drawings;

export const icon = (name: IconName): Html =>
  raw(`<svg class="i" viewBox="0 0 16 16" aria-hidden="true">${drawings[name]}</svg>`);

/** The mark in the top bar; its file is `/assets/mark.svg`. */
export const markIcon = raw(
  '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="3.6" fill="#1a6a47"/><path d="M8 2.5h4V11H8zM8.9 11.5H12l1.9 2.5H7.6z" fill="#ffd98a"/><path d="M4 2.5l5 1.3v8.5L4 11z" fill="#fff"/></svg>',
);
