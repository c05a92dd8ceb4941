/** One request of provisioning, and what came of it. */
export interface ProvisioningStep {
  readonly method: string;
  /** Below the SCIM address, query included, readable. */
  readonly path: string;
  /** What was sent. */
  readonly sent?: unknown;
  /** 0: no answer. */
  readonly status: number;
  /** What was answered: parsed JSON, or the text. */
  readonly answer?: unknown;
}

export interface ScimTarget {
  /** `https://door.contoso.example/scim/v2`. */
  readonly url: string;
  readonly token: string;
}

const TIME_LIMIT_MS = 30_000;

/** Sends what it is told and writes down every step. */
export class ScimClient {
  readonly steps: ProvisioningStep[] = [];
  readonly #target: ScimTarget;

  constructor(target: ScimTarget) {
    this.#target = target;
  }

  async send(method: string, path: string, sent?: unknown): Promise<ProvisioningStep> {
    const step = { method, path, ...(sent !== undefined && { sent }), ...(await this.#answer(method, path, sent)) };
    this.steps.push(step);
    return step;
  }

  /** The first resource with that attribute; undefined when there is none, or no good answer. */
  async find(kind: 'Users' | 'Groups', attribute: string, value: string): Promise<Record<string, unknown> | undefined> {
    const without = kind === 'Groups' ? 'excludedAttributes=members&' : '';
    const step = await this.send('GET', `/${kind}?${without}filter=${attribute} eq "${value.replace(/["\\]/g, '\\$&')}"`);
    const { Resources: found } = (step.answer ?? {}) as { Resources?: Record<string, unknown>[] };
    return step.status === 200 ? found?.[0] : undefined;
  }

  async #answer(method: string, path: string, sent: unknown): Promise<Pick<ProvisioningStep, 'status' | 'answer'>> {
    const [resource, query] = path.split('?');
    const encoded = query
      ?.split('&')
      .map((pair) => pair.replace(/=(.*)$/, (_, value: string) => `=${encodeURIComponent(value)}`));
    const url = `${this.#target.url.replace(/\/$/, '')}${resource}${encoded ? `?${encoded.join('&')}` : ''}`;
    const headers = {
      authorization: `Bearer ${this.#target.token}`,
      accept: 'application/scim+json',
      'user-agent': 'Demo tenant provisioning',
      ...(sent !== undefined && { 'content-type': 'application/scim+json; charset=utf-8' }),
    };
    const body = sent === undefined ? null : JSON.stringify(sent);
    const signal = AbortSignal.timeout(TIME_LIMIT_MS);
    try {
      const answer = await fetch(url, { method, headers, body, redirect: 'manual', signal });
      const text = await answer.text();
      return { status: answer.status, ...(text !== '' && { answer: parsed(text) }) };
    } catch (error) {
      return { status: 0, answer: String(error) };
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
