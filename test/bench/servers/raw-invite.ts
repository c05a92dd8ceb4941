import { argv } from 'node:process';
import { newId } from '@doorstep/server/store/new-id';
import { Hono } from 'hono';
import { invitationRows, openRaw } from '../raw.ts';
import { serveBench } from './listening.ts';

/** The floor of an invitation: its rows in one durable commit, and nothing else, behind a POST. */
const [, , , dataDir, administrator] = argv;
const client = await openRaw(dataDir!);

const app = new Hono().post('/', async (c) => {
  const { email } = await c.req.json<{ email: string }>();
  const batchId = newId('bat');
  await client.batch(invitationRows({ batchId, administrator: administrator!, email, now: Date.now() }), 'write');
  return c.json({ id: batchId }, 202);
});

await serveBench(app.fetch);
