import { Hono } from 'hono';
import type { Deps } from '../../actions/deps.ts';
import type { Ctx, Env } from '../env.ts';
import { limitBody } from '../middleware/body-limit.ts';
import { refuse } from '../refuse.ts';
import { accessRequests } from './access-requests.ts';
import { connectedBrowser } from './bearer.ts';
import { connectedBrowsers } from './connected-browsers.ts';
import { cors } from './cors.ts';
import { directory } from './directory.ts';
import { directorySync } from './directory-sync.ts';
import { invitationBatches } from './invitation-batches.ts';
import { invitations } from './invitations.ts';
import { me } from './me.ts';
import { members } from './members.ts';
import { openApi } from './openapi.ts';
import { optionPresets } from './option-presets.ts';
import { problem } from './problem.ts';
import { isJson } from './read-body.ts';
import { userGroups } from './user-groups.ts';

/** A wrong type is said first, whatever its size (CONTRACT.md, 5). */
const refuseLarge = (c: Ctx) =>
  isJson(c) ? refuse(c, 'too-large') : problem(c, 'unsupported-type', { headers: { Connection: 'close' } });
const small = limitBody(1, refuseLarge);
const large = limitBody(8, refuseLarge);

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
    .route('/directory', directorySync)
    .route('/directory', directory)
    .route('/option-presets', optionPresets)
    .route('/members', members)
    .route('/user-groups', userGroups)
    .route('/connected-browsers', connectedBrowsers)
    .get('/audit', (c) => problem(c, 'not-allowed'))
    .all('/*', (c) => c.notFound()); // what is unknown here must not go on to the pages
