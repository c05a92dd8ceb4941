const paths = {
  warn: 'M8 2.25 14.25 13H1.75zM8 6.5v3M8 11.2v.01',
  search: 'M7 2.75a4.25 4.25 0 1 0 0 8.5 4.25 4.25 0 0 0 0-8.5M10.25 10.25l3.25 3.25',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  plus: 'M8 3.25v9.5M3.25 8h9.5',
  check: 'm3.5 8.5 3 3 6-6.75',
  people:
    'M6 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M1.75 13c.3-2.4 2-3.75 4.25-3.75S9.95 10.6 10.25 13M10.5 3.25a2.4 2.4 0 0 1 0 4.5M12 9.75c1.3.55 2.05 1.65 2.25 3.25',
  right: 'm6.25 3.75 4.25 4.25-4.25 4.25',
  bounce: 'M6 4 2.75 7.25 6 10.5M3 7.25h6.5a3.25 3.25 0 0 1 0 6.5H8',
  door: 'M4 13.25V3.5l5-1.25v12zM9 3.5h3v9.75M2 13.25h2M12 13.25h2M7 8v.5',
  clock: 'M8 2.25a5.75 5.75 0 1 0 0 11.5 5.75 5.75 0 0 0 0-11.5M8 4.75V8l2.25 1.5',
  off: 'm2.25 2.25 11.5 11.5M4.25 5.5A3.25 3.25 0 0 0 4.5 12h7M7 3.6a3.75 3.75 0 0 1 4.5 3.15 2.7 2.7 0 0 1 2.25 4',
  left: 'M9.75 3.75 5.5 8l4.25 4.25',
  pause: 'M8 2.25a5.75 5.75 0 1 0 0 11.5 5.75 5.75 0 0 0 0-11.5M4 12 12 4',
  x: 'm4 4 8 8M12 4l-8 8',
  copy: 'M7 5.5h5A1.5 1.5 0 0 1 13.5 7v5a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 12V7A1.5 1.5 0 0 1 7 5.5M10.5 3A1.5 1.5 0 0 0 9 1.75H4A1.5 1.5 0 0 0 2.5 3.25V8.5A1.5 1.5 0 0 0 4 10',
  send: 'M14 2 7.25 8.75M14 2 9.75 14l-2.5-5.25L2 6.25z',
  down: 'm4 6.25 4 4 4-4',
  up: 'm4 10.25 4-4 4 4',
  mail: 'M3.25 3.25h9.5a1.5 1.5 0 0 1 1.5 1.5v6.5a1.5 1.5 0 0 1-1.5 1.5h-9.5a1.5 1.5 0 0 1-1.5-1.5v-6.5a1.5 1.5 0 0 1 1.5-1.5M2.25 4.5 8 8.75l5.75-4.25',
  out: 'M8.5 2.75H3.75a1 1 0 0 0-1 1v8.5a1 1 0 0 0 1 1h8.5a1 1 0 0 0 1-1V8M10.5 2.5h3v3M13.25 2.75 7.75 8.25',
  group:
    'M8 2.5A2.25 2.25 0 1 0 8 7a2.25 2.25 0 0 0 0-4.5M4.5 12.75c.2-2.2 1.6-3.5 3.5-3.5s3.3 1.3 3.5 3.5M1.75 11c.1-1.5.8-2.5 2-2.9M14.25 11c-.1-1.5-.8-2.5-2-2.9',
  again: 'M13 8a5 5 0 1 1-1.6-3.65L13 5.75M13 2.5v3.25H9.75',
};
export type IconName = keyof typeof paths;

/** Always beside a word or inside a named control. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="i" viewBox="0 0 16 16" aria-hidden="true">
    <path d={paths[name]} stroke-width={name === 'more' ? 2.2 : undefined} />
  </svg>
);

/** The door ajar; hollow when signed out, not only in another colour. */
export const Mark = ({ hollow }: { hollow?: boolean }) =>
  hollow ? (
    <svg class="mark" viewBox="0 0 16 16" fill="none" stroke="#8a847a" stroke-width="1.4" aria-hidden="true">
      <rect x=".7" y=".7" width="14.6" height="14.6" rx="3" />
      <path d="M5.2 12V3.7h5.6V12M3.5 12h9M9 7.4v1.2" />
    </svg>
  ) : (
    <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
      <rect width="16" height="16" rx="3.6" fill="#1a6a47" />
      <path d="M8 2.5h4V11H8zM8.9 11.5H12l1.9 2.5H7.6z" fill="#ffd98a" />
      <path d="M4 2.5l5 1.3v8.5L4 11z" fill="#fff" />
    </svg>
  );
