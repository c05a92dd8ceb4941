import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { answer } from './answer.ts';
import document from './openapi.json' with { type: 'json' };

/** Generated from the schemas by `openapi-document.ts`; a test holds the two together. */
export const openApi = new Hono<Env>().get('/openapi.json', (c) => answer(c, 200, document));
