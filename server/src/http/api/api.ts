import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Deps } from '../../actions/deps.ts';
import type { Ctx, Env } from '../env.ts';
import { refuse } from '../refuse.ts';
import { accessRequests } from './access-requests.ts';
import { connectedBrowser } from './bearer.ts';
import { connectedBrowsers } from './connected-browsers.ts';
import { cors } from './cors.ts';
import { invitationBatches } from './invitation-batches.ts';
import { invitations } from './invitations.ts';
import { me } from './me.ts';
import { members } from './members.ts';
import { openApi } from './openapi.ts';
import { problem } from './problem.ts';

const MEGABYTE = 1024 * 1024;
const limit = (megabytes: number) => bodyLimit({ maxSize: megabytes * MEGABYTE, onError: (c) => refuse(c as Ctx, 'too-large') });
const small = limit(1);
const large = limit(8);

/** The JSON API: for connected browsers, by bearer token alone. The document is public. */
export const api = (deps: Deps): Hono<Env> =>
  new Hono<Env>()
    .use(cors(deps))
    .route('/', openApi)
    .use(connectedBrowser)
    .use((c, next) => (c.req.path.startsWith('/api/v1/invitation-batches') ? large(c, next) : small(c, next)))
    .route('/', me)
    .route('/invitation-batches', invitationBatches)
    .route('/invitations', invitations)
    .route('/access-requests', accessRequests)
    .route('/members', members)
    .route('/connected-browsers', connectedBrowsers)
    .get('/audit', (c) => problem(c, 'not-allowed'))
    .all('/*', (c) => c.notFound()); // what is unknown here must not go on to the pages
