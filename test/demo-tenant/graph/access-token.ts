import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkProof, type ProofRefusal } from '../client-proof.ts';
import { entraError } from '../entra-errors.ts';
import type { TenantState } from '../tenant-state.ts';
import { json } from '../token-faults.ts';

const LIFETIME_S = 3599;

/**
 * Answers a token request if its proof is refused, or it is for the application itself (RFC 6749, 4.4; entra.md 2.1). False leaves it to
 * the provider, which knows people and one secret only.
 */
export async function answerClientCredentials(req: IncomingMessage, res: ServerResponse, state: TenantState): Promise<boolean> {
  let refusal: ProofRefusal | null = null;
  const form = await peekForm(req, (asked) => {
    refusal = checkProof(req, asked, state);
  });
  if (refusal !== null) return answerRefusal(req, res, state, refusal);
  if (form?.get('grant_type') !== 'client_credentials') return false;
  req.resume();
  const refuse = (status: number, error: string, code: number) =>
    json(res, status, entraError(error, code, state.origin, state.now()));
  const [clientId, secret] = credentials(req, form);
  if (clientId !== state.clientId) refuse(400, 'unauthorized_client', 700016);
  else if (secret !== state.providerSecret) refuse(401, 'invalid_client', secret ? 7000215 : 7000218);
  else if (form.get('scope') !== `${state.origin}/.default`) refuse(400, 'invalid_scope', 70011);
  else json(res, 200, granted(state));
  return true;
}

function answerRefusal(req: IncomingMessage, res: ServerResponse, state: TenantState, refusal: ProofRefusal): true {
  req.resume();
  json(res, refusal.status, entraError(refusal.error, refusal.code, state.origin, state.now()));
  return true;
}

/** Whether the header holds a token given out and still good. */
export function isAccepted(authorization: string | undefined, state: TenantState): boolean {
  const token = /^Bearer ([\w-]+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return (state.graph.accessTokens.get(token) ?? 0) > state.now();
}

function granted(state: TenantState) {
  const { accessTokens } = state.graph;
  const now = state.now();
  for (const [token, until] of accessTokens) if (until <= now) accessTokens.delete(token);
  const token = randomBytes(48).toString('base64url');
  accessTokens.set(token, now + LIFETIME_S * 1000);
  return { token_type: 'Bearer', expires_in: LIFETIME_S, ext_expires_in: LIFETIME_S, access_token: token };
}

/** From the header, form-encoded (RFC 6749, 2.3.1), or from the form. */
function credentials(req: IncomingMessage, form: URLSearchParams): [clientId: string, secret: string] {
  const basic = /^Basic (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
  return [formDecoded(id), formDecoded(secret)];
}

function formDecoded(text: string): string {
  return new URLSearchParams(`a=${text}`).get('a') ?? '';
}

/**
 * Reads the form and puts it back as `change` leaves it, so that the provider can read it as well. Undefined when its length is not
 * announced.
 */
async function peekForm(req: IncomingMessage, change: (form: URLSearchParams) => void): Promise<URLSearchParams | undefined> {
  const length = Number(req.headers['content-length']);
  if (!(length > 0)) return undefined;
  const chunks: Buffer[] = [];
  let read = 0;
  return new Promise((resolve) => {
    const take = () => {
      const chunk: Buffer = req.read() ?? Buffer.alloc(0);
      chunks.push(chunk);
      read += chunk.length;
      if (read < length) return;
      req.off('readable', take);
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const asSent = form.toString();
      change(form);
      const body = form.toString() === asSent ? Buffer.concat(chunks) : Buffer.from(form.toString());
      req.headers['content-length'] = String(body.length);
      req.unshift(body); // In the same turn as the last read: a moment later the request would have ended.
      resolve(form);
    };
    req.on('readable', take);
    req.once('close', () => resolve(undefined));
  });
}
