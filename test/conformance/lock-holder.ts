import { createClient } from '@libsql/client';

/** A process of somebody else's at the database file: `lock-holder.ts FILE write|read MILLISECONDS`. Says "held" once it has what it wants. */
const [, , file, kind, milliseconds] = process.argv;
const client = createClient({ url: `file:${file}`, timeout: 5000 });
const held = await client.transaction(kind === 'write' ? 'write' : 'read');
await held.execute(kind === 'write' ? 'UPDATE workspace SET name = name' : 'SELECT count(*) FROM audit_events');
process.stdout.write('held\n');
await new Promise((resume) => setTimeout(resume, Number(milliseconds)));
await held.rollback();
client.close();
