import { Window } from 'happy-dom';

// happy-dom's document with Node's own fetch and locks: its fetch keeps a cache that no browser's `no-store` has.
const window = new Window({ url: 'https://popup.example/' });
const { document, Event, KeyboardEvent, HTMLElement } = window;
Object.assign(globalThis, { window, document, Event, KeyboardEvent, HTMLElement });
