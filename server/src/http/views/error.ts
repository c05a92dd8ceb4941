import { html } from 'hono/html';
import { doorLayout, type Html, type Shell } from './layout.ts';
import { referenceLine } from './sign-in-problem.ts';

export type Exit = { href: string; text: string };
export type ErrorModel = Shell & { status: number; title: string; sentence: string; reference: string; exits: readonly Exit[] };

/** Errors are pages too: what happened, what to do, a number, a way back. The first exit is the filled one. */
export const errorPage = (model: ErrorModel): Html =>
  doorLayout(model, {
    title: model.title,
    content: html`<h1 class="title">${model.title}</h1><p>${model.sentence}</p>${model.exits.map(
      (exit, at) => html`<a class="btn big${at === 0 ? ' primary' : ''}" href="${exit.href}">${exit.text}</a>`,
    )}${referenceLine(model.reference)}`,
  });

const toTheDoor: Exit = { href: '/', text: 'Go to the door' };
const typeTheKey: Exit = { href: '/join', text: 'I have an invitation ID and key' };

/** The errors that any page may end in, worded once. */
export const errors = {
  'not-allowed': {
    status: 403,
    title: 'This is not for you',
    sentence: 'Your account may not see this page or do this. Nothing was changed.',
    exits: [toTheDoor],
  },
  'still-waiting': {
    status: 403,
    title: 'You are waiting',
    sentence: 'An administrator has to let you in first. Your request is there; the waiting page says how it stands.',
    exits: [{ href: '/waiting', text: 'Go to the waiting page' }],
  },
  'wrong-origin': {
    status: 403,
    title: 'That came from somewhere else',
    sentence:
      'For safety only the pages of this workspace can change something here. Nothing was changed: open the page again and repeat it.',
    exits: [toTheDoor],
  },
  'not-found': {
    status: 404,
    title: 'There is no page here',
    sentence:
      'The address may have a typo, or the link was cut in the mail. If you have an invitation, its ID and key always work.',
    exits: [toTheDoor, typeTheKey],
  },
  'method-not-allowed': {
    status: 405,
    title: 'That cannot be done here',
    sentence: 'This page does not take that kind of request. Nothing was changed.',
    exits: [toTheDoor],
  },
  'too-large': {
    status: 413,
    title: 'That was too much at once',
    sentence: 'What you sent is larger than this page takes. Nothing was changed; send it in smaller parts.',
    exits: [toTheDoor],
  },
  'unsupported-type': {
    status: 415,
    title: 'That form cannot be read',
    sentence: 'It came in a way that no page of ours sends. Nothing was changed.',
    exits: [toTheDoor],
  },
  misdirected: {
    status: 421,
    title: 'Nothing answers by this name',
    sentence: 'This server does not answer for that address. Please use the address you were given.',
    exits: [],
  },
  'invalid-fields': {
    status: 422,
    title: 'Some of that cannot be right',
    sentence: 'Part of what was sent is missing or out of place. Nothing was changed: go back and look at it again.',
    exits: [toTheDoor],
  },
  'internal-error': {
    status: 500,
    title: 'Something broke on our side',
    sentence: 'Nothing was half done. Try again; if it stays so, tell the administrators the number below.',
    exits: [toTheDoor],
  },
  unavailable: {
    status: 503,
    title: 'Back in a moment',
    sentence: 'The workspace cannot answer now. Nothing was lost; try again in a minute.',
    exits: [toTheDoor],
  },
} as const satisfies Record<string, Omit<ErrorModel, keyof Shell | 'reference'>>;
export type ErrorKey = keyof typeof errors;
