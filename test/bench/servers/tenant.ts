import { argv } from 'node:process';
import { startDemoTenant } from '../../demo-tenant/demo-tenant.ts';
import { changeSome } from '../../demo-tenant/graph/change-some.ts';

/** A demo tenant with as many people and groups as the arguments say, in a process of its own. */
const [, , users, groups] = argv;
const tenant = await startDemoTenant({
  redirectUris: [],
  pageSize: 1000,
  generated: { users: Number(users), groups: Number(groups) },
});

export type TenantFacts = { issuer: string; clientId: string; clientSecret: string };
export type TenantOrder = { change: number } | 'requests';

process.on('message', (order: TenantOrder) => {
  if (order === 'requests') process.send!(tenant.requests.filter(({ kind }) => kind === 'graph').length);
  else {
    changeSome(tenant.directory, order.change);
    process.send!(order.change);
  }
});
process.on('disconnect', () => process.exit());
process.send!({ issuer: tenant.issuer, clientId: tenant.clientId, clientSecret: tenant.clientSecret } satisfies TenantFacts);
