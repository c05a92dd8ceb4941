import { Hono } from 'hono';
import { serveBench } from './listening.ts';

/** The floor: what a request costs before anything is done for it. */
const app = new Hono()
  .get('/', (c) => c.body(null, 204))
  .post('/', async (c) => {
    await c.req.json();
    return c.body(null, 204);
  });

await serveBench(app.fetch);
