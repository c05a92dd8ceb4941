import * as v from 'valibot';

/** Every refusal of the JSON API: one list, worded once (RFC 9457). `type` is `/problems/{key}`. */
export const problems = {
  'not-json': { status: 400, title: 'The body is not JSON' },
  'bad-request': { status: 400, title: 'The request cannot be understood' },
  'signed-out': { status: 401, title: 'Sign in again' },
  'not-allowed': { status: 403, title: 'Only administrators may do this' },
  'wrong-origin': { status: 403, title: 'The request comes from somewhere else than the sign-in' },
  'fresh-sign-in-needed': { status: 403, title: 'This is done on a page, after signing in again' },
  'own-request': { status: 403, title: 'Nobody decides an own request' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not offered here' },
  'not-pending': { status: 409, title: 'The invitation is not pending any more' },
  'already-decided': { status: 409, title: 'The request has been decided' },
  'already-ended': { status: 409, title: 'The batch has ended' },
  'sent-too-often': { status: 409, title: 'The invitation was sent too often; revoke it and invite again' },
  'guests-not-allowed': { status: 409, title: 'Everybody signs in at the identity provider here, so no guest is let in' },
  'guest-administrator': { status: 409, title: 'A guest cannot be an administrator' },
  'person-gone': { status: 409, title: 'The directory says that the person is disabled or gone' },
  'still-running': { status: 409, title: 'The first request with this Idempotency-Key is still running' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-type': { status: 415, title: 'Send application/json' },
  misdirected: { status: 421, title: 'This server does not answer for that host' },
  'invalid-fields': { status: 422, title: 'Some fields are wrong' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key belongs to another body' },
  'internal-error': { status: 500, title: 'Something broke on our side; nothing was half done' },
  unavailable: { status: 503, title: 'The workspace cannot answer now; try again shortly' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemKey = keyof typeof problems;

export const FieldError = v.object({ pointer: v.string(), detail: v.string() });
export type FieldError = v.InferOutput<typeof FieldError>;

export const ProblemSchema = v.looseObject({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.optional(v.string()),
  requestId: v.optional(v.string()),
  errors: v.optional(v.array(FieldError)),
});
export type Problem = v.InferOutput<typeof ProblemSchema>;
