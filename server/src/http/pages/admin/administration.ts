import { Hono } from 'hono';
import type { Env } from '../../env.ts';
import { administratorsOnly } from '../../middleware/access.ts';

/** Everything under `/admin`: for administrators alone. */
export const administration = new Hono<Env>().use(administratorsOnly);
