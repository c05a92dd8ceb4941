/**
 * The second net under the log (AUD-06): facts should hold no secret, and should one slip in all the same, it stops here. Takes out the
 * configured secrets, what looks like a token, a key of an invitation or a query string, and the values that a database error quotes.
 */
export function createRedaction(secrets: readonly string[]): (facts: Record<string, unknown>) => Record<string, unknown> {
  const known = secrets.filter((secret) => secret.length >= 6);

  function text(value: string): string {
    let clean = value;
    for (const secret of known) clean = clean.replaceAll(secret, REDACTED);
    for (const [pattern, instead] of PATTERNS) clean = clean.replace(pattern, instead);
    return clean;
  }

  function any(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return '[...]';
    if (value instanceof Error) return fields({ ...errorFacts(value) }, depth);
    if (Array.isArray(value)) return value.map((item) => any(item, depth + 1));
    return fields(value as Record<string, unknown>, depth);
  }

  const fields = (values: Record<string, unknown>, depth: number): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, SECRET_NAME.test(name) ? REDACTED : any(value, depth + 1)]),
    );

  return (facts) => fields(facts, 0);
}

const REDACTED = '[redacted]';
const DEEPEST = 6;
const SECRET_NAME = /secret|token|cookie|password|authorization|verifier|^(key|code|state|nonce)$/i;
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\nparams:[\s\S]*?(?=\n\s+at |$)/g, ''], // drizzle's DrizzleQueryError repeats the statement's values
  [/\?[\w.~%+-]+=[^\s"'<>)]*/g, '?[redacted]'],
  [/\b(?:[0-9a-hjkmnp-tv-z]{5}-){5}[0-9a-hjkmnp-tv-z]{5}\b/gi, REDACTED], // an invitation key
  [/\beyJ[\w-]+(?:\.[\w-]*)+/g, REDACTED], // JOSE in compact form
  [/(?<![\w-])[\w-]{43,}(?![\w-])/g, REDACTED], // 256 bits or more in base64url or hex
];

function errorFacts(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return { name, message, stack, ...(code === undefined ? {} : { errorCode: code }), ...(cause === undefined ? {} : { cause }) };
}
