import { argv } from 'node:process';
import { Hono } from 'hono';
import { openRaw } from '../raw.ts';
import { serveBench } from './listening.ts';

/** The floor of a small write: one row in one durable commit, behind a POST that reads nothing. */
const [, , , dataDir] = argv;
const client = await openRaw(dataDir!);

const app = new Hono().post('/', async (c) => {
  await client.execute({
    sql: 'INSERT INTO directory_contacts (object_id, name, graph_mark) VALUES (?, ?, 1)',
    args: [crypto.randomUUID(), 'Somebody'],
  });
  return c.body(null, 201);
});

await serveBench(app.fetch);
