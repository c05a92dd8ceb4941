import { DAY, HOUR } from '@doorstep/shared/time';
import type { AdminShell, Html } from './layout.ts';
import { newTokenPage } from './provisioning.ts';
import { id, now, type Words } from './sample-facts.ts';
import { CLIENT, signOnConfigPages, TENANT } from './sample-sign-on.ts';
import { type SingleSignOnModel, singleSignOnPage } from './single-sign-on.ts';

/** The pages about single sign-on, as `everyPage`. */
export function singleSignOnPages(shell: AdminShell, words: Words, rows: number): Record<string, Html> {
  const baseUrl = 'https://vault.contoso.com/scim/v2';
  const tokens = [5 * DAY, 300 * DAY].slice(0, rows).map((left, at) => ({
    id: id('sct', at),
    name: words.name,
    createdAt: now - 60 * DAY,
    expiresAt: now + left,
    lastUsedAt: at === 0 ? now - HOUR : null,
    byName: at === 0 ? words.name : null,
  }));
  const model: SingleSignOnModel = {
    ...shell,
    connection: { isSetByEnvironment: false, tenantId: TENANT, clientId: CLIENT, hasDraft: true, refusedCode: null },
    provider: { state: 'ready', since: now - HOUR },
    expiring: { what: 'certificate', expiresAt: now - DAY },
    findings: {
      isGraphConnected: true,
      isProvisioned: true,
      isVouchedFor: false,
      assignment: { isRequired: true, from: 'sign-in', at: now - DAY },
      missingPermissions: ['GroupMember.Read.All', 'Application.Read.All'],
    },
    provisioning: { baseUrl, tokens, hasMost: rows > 1, canStop: false, form: { name: '', months: '12' } },
    errors: [],
  };
  const nothing = {
    isGraphConnected: false,
    isProvisioned: false,
    isVouchedFor: false,
    assignment: null,
    missingPermissions: [],
  };
  return {
    'single-sign-on': singleSignOnPage({ ...model, done: 'provider-checked' }),
    'single-sign-on-none': singleSignOnPage({
      ...model,
      connection: { isSetByEnvironment: false, tenantId: null, clientId: null, hasDraft: false, refusedCode: null },
      provider: null,
      findings: nothing,
      provisioning: { ...model.provisioning, tokens: [], hasMost: false, form: { name: words.sentence, months: '7' } },
      errors: [{ pointer: '#/name', detail: 'must have 1 to 60 characters' }],
    }),
    'single-sign-on-trouble': singleSignOnPage({
      ...model,
      connection: { isSetByEnvironment: true, tenantId: TENANT, clientId: CLIENT, hasDraft: false, refusedCode: '7000222' },
      provider: { state: 'unreachable', since: now - HOUR },
      findings: { ...nothing, isProvisioned: true, assignment: { isRequired: false, from: 'service-principal', at: now } },
      provisioning: { ...model.provisioning, tokens: [], hasMost: false, canStop: true },
    }),
    ...signOnConfigPages(shell, words, rows),
    'new-token': newTokenPage({ ...shell, token: 'Wq3v'.repeat(10), baseUrl, name: words.name, expiresAt: now + 300 * DAY }),
  };
}
