import { connect } from 'node:net';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import type { EmptyWorkspace } from './workspace.ts';

// One visit as the web makes it: cookies taken along by hand, requests that no browser would send.

export type RawAnswer = { status: number; head: string; text: string };

/** Sends these bytes as they stand and reads until the server closes. `Connection: close` is up to the caller. */
export function rawHttp(url: string, request: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', (error) => (answer ? resolve(parsed(answer)) : reject(error)));
    socket.on('close', () => resolve(parsed(answer)));
    socket.setTimeout(5000, () => socket.destroy());
  });
}

function parsed(answer: string): RawAnswer {
  const end = answer.indexOf('\r\n\r\n');
  const head = end < 0 ? answer : answer.slice(0, end);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, text: end < 0 ? '' : answer.slice(end + 4) };
}

/** A GET with these header lines instead of the usual ones. */
export const rawGet = (url: string, target: string, ...lines: string[]): Promise<RawAnswer> =>
  rawHttp(url, [`GET ${target} HTTP/1.1`, ...lines, 'Connection: close', '', ''].join('\r\n'));

export const sessionCookieName = (url: string): string => `doorstep-${new URL(url).port}-session`;

export const sessionOf = (browser: Browser, url: string): string | undefined =>
  browser.cookies.get(url, sessionCookieName(url))?.value;

/** A browser that has this one cookie: a stolen session, or one that was set there. */
export function browserWithSession(url: string, token: string): Browser {
  const browser = new Browser();
  browser.cookies.set(url, sessionCookieName(url), token);
  return browser;
}

export async function countOf({ sql }: Pick<EmptyWorkspace, 'sql'>, rows: string): Promise<number> {
  const [row] = await sql(`SELECT count(*) AS n FROM ${rows}`);
  return Number(row?.n);
}

/** What a refusal must leave as it was: everything that people can see. Audit rows and sessions' last use are no part of it. */
export async function stateOf({ sql }: Pick<EmptyWorkspace, 'sql'>): Promise<string> {
  const tables = await Promise.all([
    sql('SELECT id, state, role, access_until FROM members ORDER BY id'),
    sql('SELECT id, state, generation, role, note, expires_at FROM invitations ORDER BY id'),
    sql('SELECT id, state, why, reason, decided_by, decision_reason FROM access_requests ORDER BY id'),
    sql('SELECT id, ended_at FROM connected_browsers ORDER BY id'),
    sql('SELECT token_hash, kind, ends_at FROM sessions ORDER BY token_hash'),
    sql('SELECT id FROM outbox_messages ORDER BY id'),
    sql('SELECT id, state FROM invitation_batches ORDER BY id'),
    sql('SELECT name FROM workspace'),
  ]);
  return JSON.stringify(tables);
}
