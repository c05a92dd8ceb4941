import { hashToken, newToken } from '@doorstep/server/identity/tokens';
import { noTrace } from '@doorstep/server/store/audit';
import { newId } from '@doorstep/server/store/new-id';
import { makeScimToken } from '@doorstep/server/store/scim-token';
import type { MemberId, ScimTokenId } from '@doorstep/shared/ids';
import { DAY } from '@doorstep/shared/time';
import { load } from './load.ts';
import { type Line, type Measure, rate } from './report.ts';
import { inTurns } from './rounds.ts';
import { openSeeded, type Seeded, seedWorkspace } from './seeded.ts';
import { startBenchServer } from './servers/child.ts';

const AT_ONCE = [1, 8];

/** People written by the provisioning service, one a request. The floor: an empty handler that commits one row. */
export const scim: Measure = {
  title: 'SCIM, POST /Users',
  async run() {
    const seeds = [await seedWorkspace(), await seedWorkspace()] as const;
    const token = await provisioned(seeds[0]);
    const door = await startBenchServer('door', [seeds[0].dataDir, 'single-sign-on']);
    const raw = await startBenchServer('raw-commit', [seeds[1].dataDir]);
    const headers = { 'content-type': 'application/scim+json', authorization: `Bearer ${token}` };
    const setupRequest = (request: object) => ({ ...request, body: JSON.stringify(somebodyNew()) });
    const lines: Line[] = [];
    for (const connections of AT_ONCE) {
      const asked = { method: 'POST', connections, expects: 201 } as const;
      const waits: number[] = [];
      const { floor, ours } = await inTurns(
        {
          floor: async () => (await load(raw, { ...asked, path: '/' })).rate,
          ours: async () => {
            const done = await load(door, { ...asked, path: '/scim/v2/Users', headers, requests: [{ setupRequest }] });
            waits.push(done.p99);
            return done.rate;
          },
        },
        3,
      );
      lines.push(rate(`${connections} connections`, ours, floor, '', `, p99 ${Math.max(...waits)} ms`));
    }
    await Promise.all([door, raw].map((server) => server.stop()));
    await Promise.all(seeds.map((seed) => seed.remove()));
    return lines;
  },
};

async function provisioned(seed: Seeded): Promise<string> {
  const { store, close } = await openSeeded(seed.dataDir);
  const token = newToken();
  const now = Date.now();
  const made = { id: newId('sct') as ScimTokenId, tokenHash: hashToken(token), name: 'Bench', expiresAt: now + 365 * DAY };
  await makeScimToken(store, {
    ...made,
    by: seed.administrator as MemberId,
    attemptId: newId('tok'),
    auditId: newId('aud'),
    now,
    trace: noTrace,
  });
  await close();
  return token;
}

let number = 0;
/** As Entra sends a person (RFC 7643, 4.1). */
function somebodyNew() {
  number += 1;
  const address = `person.${number}@contoso.example`;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    externalId: crypto.randomUUID(),
    userName: address,
    active: true,
    displayName: `Person ${number}`,
    emails: [{ primary: true, type: 'work', value: address }],
  };
}
