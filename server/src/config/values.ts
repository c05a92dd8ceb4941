import { isAddress } from '@doorstep/shared/email-address';
import * as v from 'valibot';
import { type Network, parseNetwork } from '../http/client-address.ts';
import { secretProblem } from '../identity/root-key.ts';
import { isIssuer, webUrl } from '../identity/web-url.ts';

/** What a variable's text must look like. Each message completes "DOORSTEP_X ..." and never repeats the value (DUR-15). */

export type Listen = { host: string; port: number };

const text = v.pipe(v.string(), v.trim());
const checked = (sentence: string, isGood: (value: string) => boolean) => v.pipe(text, v.check(isGood, sentence));
/** A text that `read` understands; null or a throw means that it does not. */
const readBy = <Value>(sentence: string, read: (value: string) => Value | null) =>
  v.pipe(
    text,
    v.rawTransform(({ dataset, addIssue, NEVER }): Value => {
      const value = read(dataset.value);
      if (value !== null) return value;
      addIssue({ message: sentence });
      return NEVER;
    }),
  );

export const listen = readBy('must be host:port, like 127.0.0.1:3000 or [::1]:3000', (value): Listen | null => {
  const [, host, port] = /^([^\s:/@]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(value) ?? [];
  const number = Number(port);
  if (!host || number < 1 || number > 65_535) return null;
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
});

/** https, or http on loopback; nothing but scheme, host and port. Comes out without the slash at its end. */
export const publicUrl = readBy(
  'must be an origin like https://door.example.com: https (http only on loopback), no path, no query, no user',
  (value) => {
    const url = webUrl(value);
    return url && url.pathname === '/' && !/[?#]/.test(value) ? url.origin : null;
  },
);

/** https, or http on loopback; no user in it. */
export const serviceUrl = checked('must be an https URL (http only on loopback)', (value) => webUrl(value) !== null);

export const issuer = checked('must be the issuer of one tenant: https://login.microsoftonline.com/{tenant GUID}/v2.0', isIssuer);

export type DatabaseUrl = { kind: 'file' | 'remote'; url: string };

export const databaseUrl = readBy('must begin with file:, libsql:, https: or http:', (value): DatabaseUrl | null => {
  if (/^file:./.test(value)) return { kind: 'file', url: value };
  if (!/^(libsql|https?):\/\/[^/]/.test(value) || !URL.canParse(value)) return null;
  return { kind: 'remote', url: value };
});

export const smtpUrl = checked('must be smtp://user:password@host:port or smtps://...', (value) => {
  if (!/^smtps?:\/\/[^/]/.test(value) || !URL.canParse(value)) return false;
  return new URL(value).hostname !== '';
});

export const mailAddress = checked('must be one mail address, like door@example.com', isAddress);

/** Checked by the rules for secrets, whose sentences name the variable themselves. */
export const rootSecret = v.pipe(
  text,
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed ? secretProblem(dataset.value) : null;
    if (problem) addIssue({ message: problem.replace(/^DOORSTEP_SECRET /, '').replace(/; (.*)$/, ' ($1)') });
  }),
);

export const mail = v.picklist(['preview', 'postmark', 'smtp'], 'must be preview, postmark or smtp');
export const logLevel = v.picklist(['debug', 'info', 'warning', 'error'], 'must be debug, info, warning or error');

export const networks = readBy('must be a list of networks or addresses, like 10.0.0.0/8, fd00::/8', (value) =>
  allOrNone<Network>(list(value).map(parseNetwork)),
);

/** IP addresses, each with or without a port, as Node's resolver takes them. */
export const addresses = readBy('must be a list of IP addresses, like 10.0.0.53 or [fd00::53]:5353', (value) =>
  allOrNone(
    list(value).map((one) => (parseNetwork(one.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1')) ? one : null)),
  ),
);

const CHROMIUM_ID = /^[a-p]{32}$/;
/** An add-on id of Firefox: like an address, or a GUID in braces. */
const GECKO_ID = /^([\w.-]*@[\w.-]+|\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\})$/i;
export const isChromiumId = (id: string): boolean => CHROMIUM_ID.test(id);

export const extensionIds = readBy('must be a list of extension ids: 32 letters a to p, or a Firefox add-on id', (value) =>
  allOrNone(list(value).map((id) => (isChromiumId(id) || GECKO_ID.test(id) ? id : null))),
);

const list = (value: string): string[] => value.split(/[\s,]+/).filter((part) => part !== '');
const allOrNone = <Value>(values: (Value | null)[]): Value[] | null =>
  values.every((value) => value !== null) ? (values as Value[]) : null;

export { text };
