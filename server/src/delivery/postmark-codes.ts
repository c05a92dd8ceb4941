import { Errors } from 'postmark';
import type { MailTrouble, Said } from './mail-trouble.ts';
import type { Call } from './postmark-fetch.ts';
import type { NotSent } from './transport.ts';

/** Postmark's error codes by what we do about them (its API reference, "API error codes"). */
const refusedRecipient = new Map([
  [300, 'Postmark takes the recipient for no valid address (300).'],
  [
    406,
    'Postmark no longer sends to this recipient: an earlier mail bounced, was reported as spam or unsubscribed. Reactivate it there (406).',
  ],
]);
const wrongSetUp = new Map([
  [10, 'Postmark refuses the server token (10).'],
  [400, 'Postmark does not know the sender address (400).'],
  [401, 'The sender address is not confirmed at Postmark (401).'],
  [402, 'Postmark could not read what was sent (402).'],
  [403, 'Postmark could not read what was sent (403).'],
  [405, 'The Postmark account has no credit left (405).'],
  [409, 'Postmark could not read what was sent (409).'],
  [410, 'Postmark takes fewer mails at once (410).'],
  [411, 'Postmark does not allow an attachment (411).'],
  [412, 'The Postmark account waits for its approval (412).'],
  [413, 'The Postmark account may not send (413).'],
]);

const troubles = new Map<number, MailTrouble>([
  [10, 'wrong-token'],
  [100, 'asks-to-wait'],
  [300, 'invalid-address'],
  [400, 'unknown-sender'],
  [401, 'unconfirmed-sender'],
  [405, 'no-credit'],
  [406, 'inactive-recipient'],
  [412, 'pending-approval'],
  [413, 'account-closed'],
]);

/** As in Postmark's answer: its number and its sentence. */
const saidBy = (code: number, message: string | undefined): Said => ({
  text: `ErrorCode ${code}${message ? `: ${message}` : ''}`,
  trouble: troubles.get(code) ?? 'provider-refused',
});

/** Of one mail's answer, or of a call that was refused as a whole. A code we do not know is tried again, then fails visibly. */
export const outcomeOfCode = (code: number, message?: string): NotSent => ({ ...byCode(code), said: saidBy(code, message) });

function byCode(code: number): NotSent {
  const failed = refusedRecipient.get(code);
  if (failed) return { outcome: 'failed', because: failed };
  const stop = wrongSetUp.get(code);
  if (stop) return { outcome: 'stop', because: stop };
  if (code === 100) return { outcome: 'retry', because: 'Postmark is being maintained (100).' };
  return { outcome: 'retry', because: `Postmark refused the mail (${code}).` };
}

/** Of a call that did not answer 200. */
export function outcomeOfError(error: unknown, call: Call): NotSent {
  const status = error instanceof Errors.PostmarkError ? error.statusCode : 0;
  return { ...byStatus(error, status, call), said: saidOfCall(error, status, call) };
}

function saidOfCall(error: unknown, status: number, call: Call): Said {
  const message = error instanceof Error ? error.message : String(error);
  if (status === 0)
    return { text: call.cause ?? message, trouble: call.state === 'refused' ? 'provider-unreachable' : 'cut-off' };
  const code = error instanceof Errors.PostmarkError ? error.code : 0;
  if (status === 401) return { ...saidBy(code, message), trouble: 'wrong-token' };
  if (status === 422) return saidBy(code, message);
  return { text: `HTTP ${status}: ${message}`, trouble: status === 429 || status >= 500 ? 'asks-to-wait' : 'not-postmark' };
}

function byStatus(error: unknown, status: number, call: Call): NotSent {
  if (status === 0) return outcomeOfSilence(call);
  if (status === 401) return { outcome: 'stop', because: 'Postmark refuses the server token (HTTP 401).' };
  if (status === 422) return byCode((error as Errors.PostmarkError).code);
  if (status === 429 || status === 500 || status === 503) {
    return { outcome: 'retry', because: `Postmark asks to wait (HTTP ${status}).`, afterMs: call.retryAfter };
  }
  // A gateway in between: what stands behind it may have taken the mails.
  if (status > 500) return { outcome: 'uncertain', because: `Postmark's answer did not come through (HTTP ${status}).` };
  return { outcome: 'stop', because: `Postmark's address answers HTTP ${status}: check DOORSTEP_POSTMARK_URL.` };
}

function outcomeOfSilence(call: Call): NotSent {
  if (call.state === 'refused') return { outcome: 'retry', because: 'Postmark cannot be reached.' };
  return { outcome: 'uncertain', because: 'The connection to Postmark ended before its answer.' };
}
