import { it } from 'vitest';
import { createClient } from '../../server/node_modules/@libsql/client/lib-esm/http.js';
import { startLibsqlServer } from './libsql-server.ts';
it('stress', async () => {
  const db = await startLibsqlServer();
  const c = [1, 2].map(() => createClient({ url: db.url, authToken: db.token }));
  await c[0]!.executeMultiple('CREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER); CREATE TABLE u (a); CREATE TABLE v (a)');
  const big = JSON.stringify(Array.from({ length: 3000 }, (_, i) => `${i}`));
  for (const mode of ['deferred', 'write', 'execute'] as const) {
    const errors: any[] = []; const took: number[] = [];
    const end = Date.now() + 3000;
    const writer = async (i: number) => {
      while (Date.now() < end) {
        const t = performance.now();
        const s = [`INSERT INTO t VALUES ('w${i}', 1) ON CONFLICT DO UPDATE SET n = n + 1`, { sql: 'INSERT INTO u SELECT value FROM json_each(?)', args: [i === 0 ? big : '[1]'] }];
        await (mode === 'execute' ? c[i % 2]!.execute(s[1] as any) : c[i % 2]!.batch(s as any, mode)).catch((e: any) => errors.push([e.code, e.message, e.cause?.code, e.rawCode]));
        took.push(performance.now() - t);
        await new Promise((r) => setTimeout(r, 5));
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, i) => writer(i)));
    took.sort((a, b) => a - b);
    console.log(mode, took.length, 'errors', errors.length, errors[0], 'p50', took[took.length >> 1], 'p99', took[Math.floor(took.length * 0.99)], 'max', took.at(-1));
  }
  await db.remove();
}, 60000);
