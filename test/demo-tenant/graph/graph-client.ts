import type { DemoTenant } from '../demo-tenant.ts';
import type { DeltaAnswer } from './delta-answer.ts';
import type { DeltaObject } from './delta-page.ts';
import type { Collection } from './objects.ts';

const MAX_PAGES = 1000;

/** An access token for the application, asked for as the documentation shows it. */
export async function accessToken(tenant: DemoTenant): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: tenant.clientId,
    client_secret: tenant.clientSecret,
    scope: `${tenant.graphUrl}/.default`,
  };
  const url = `${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/token`;
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}

export function askGraph(url: string, token: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${token}`, ...headers }, redirect: 'manual' });
}

/** Where a first round begins. */
export function deltaUrl(tenant: DemoTenant, collection: Collection, select: string): string {
  return `${tenant.graphUrl}/v1.0/${collection}/delta?$select=${select}`;
}

/** One round to its end, every page good. */
export async function readRound(
  url: string,
  token: string,
  headers: Record<string, string> = {},
): Promise<{ objects: DeltaObject[]; pages: DeltaAnswer[]; deltaLink: string }> {
  const pages: DeltaAnswer[] = [];
  for (let next: string | undefined = url; next && pages.length < MAX_PAGES; next = pages.at(-1)?.['@odata.nextLink']) {
    const answer = await askGraph(next, token, headers);
    if (answer.status !== 200) throw new Error(`${answer.status} for ${next}: ${await answer.text()}`);
    pages.push((await answer.json()) as DeltaAnswer);
  }
  return { objects: pages.flatMap(({ value }) => value), pages, deltaLink: pages.at(-1)?.['@odata.deltaLink'] ?? '' };
}
