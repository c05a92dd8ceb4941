import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { PostmarkFault } from './faults.ts';
import { type Refusal, readMessage } from './postmark-mail.ts';
import { searchOutbound } from './postmark-search.ts';
import type { TenantState } from './tenant-state.ts';

type Env = { Bindings: HttpBindings };

const MAX_BATCH = 500;
/** Checks a message and sends nothing. */
const TEST_TOKEN = 'POSTMARK_API_TEST';
const TOKEN_MISSING = 'No Account or Server API tokens were supplied in the HTTP headers.';
const TOKEN_WRONG = 'The Server Token you provided in the X-Postmark-Server-Token request header was invalid.';

/** Postmark's API as far as a sender needs it (security.md 6.1): single, batch, search of what was sent. */
export function postmarkRoutes(state: TenantState): Hono<Env> {
  const app = new Hono<Env>();

  const first: MiddlewareHandler<Env> = async (c, next) =>
    (await troubled(c, state.faults.postmark ?? {})) ?? unauthorized(c, state) ?? next();
  app.use('/email/*', first);
  app.use('/messages/*', first);

  app.post('/email', async (c) => {
    const message = await body(c);
    if (message === undefined) return c.json(refused({ errorCode: 402, message: 'Invalid JSON.' }), 422);
    const result = take(message, state, isTest(c));
    return handedOver(c, state) ?? c.json(result, result.ErrorCode === 0 ? 200 : 422);
  });

  app.post('/email/batch', async (c) => {
    const messages = await body(c);
    if (!Array.isArray(messages))
      return c.json(refused({ errorCode: 402, message: 'Invalid JSON: a list of messages is needed.' }), 422);
    if (messages.length > MAX_BATCH)
      return c.json(refused({ errorCode: 410, message: `A batch may hold ${MAX_BATCH} messages.` }), 422);
    const results = messages.map((message) => take(message, state, isTest(c)));
    return handedOver(c, state) ?? c.json(results);
  });

  app.get('/messages/outbound', (c) => {
    const found = searchOutbound(state.mails, new URL(c.req.url).searchParams);
    return 'refusal' in found ? c.json(refused(found.refusal), 422) : c.json(found);
  });

  return app;
}

/** What the switch does before anything is read: nothing, waiting, silence, or an error for all. */
async function troubled(c: Context<Env>, fault: PostmarkFault): Promise<Response | undefined> {
  if (fault.delayMs) await wait(fault.delayMs, undefined, { ref: false });
  if (fault.hang) return new Promise(() => {}); // Ends with the connection.
  if (fault.status === undefined && fault.errorCode === undefined) return undefined;
  const status = (fault.status ?? 422) as ContentfulStatusCode;
  return c.json(
    refused({ errorCode: fault.errorCode ?? (status === 429 ? 429 : 0), message: 'The switch of the demo tenant says no.' }),
    status,
  );
}

function unauthorized(c: Context<Env>, state: TenantState): Response | undefined {
  const token = c.req.header('x-postmark-server-token');
  if (token === state.postmarkToken || token === TEST_TOKEN) return undefined;
  return c.json(refused({ errorCode: 10, message: token ? TOKEN_WRONG : TOKEN_MISSING }), 401);
}

function isTest(c: Context<Env>): boolean {
  return c.req.header('x-postmark-server-token') === TEST_TOKEN;
}

async function body(c: Context<Env>): Promise<unknown> {
  return c.req.json().catch(() => undefined);
}

/** One message: checked, refused by the recipient's switch, or kept. */
function take(message: unknown, state: TenantState, isTestOnly: boolean) {
  const read = readMessage(message);
  if ('refusal' in read) return refused(read.refusal);
  const inactive = read.mail.to.split(', ').find((address) => forAddress(state, address));
  if (inactive !== undefined)
    return refused({ errorCode: forAddress(state, inactive)!, message: `The recipient ${inactive} is refused.` });
  const [messageId, at] = [randomUUID(), state.now()];
  if (!isTestOnly) state.mails.push({ ...read.mail, messageId, at });
  return {
    To: read.mail.to,
    SubmittedAt: new Date(at).toISOString(),
    MessageID: messageId,
    ErrorCode: 0,
    Message: isTestOnly ? 'Test job accepted' : 'OK',
  };
}

function forAddress(state: TenantState, address: string): number | undefined {
  return state.faults.postmark?.forAddress?.[address.toLowerCase()];
}

/** The message is kept, the sender never learns: the connection is cut instead of an answer. */
function handedOver(c: Context<Env>, state: TenantState): Response | undefined {
  if (!state.faults.postmark?.acceptThenDrop) return undefined;
  c.env.outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
}

function refused({ errorCode, message }: Refusal) {
  return { ErrorCode: errorCode, Message: message };
}
