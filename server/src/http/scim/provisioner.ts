import type { Provisioner } from '../../actions/provision.ts';
import type { Ctx } from '../env.ts';

/** Behind `provisioningToken`. */
export function provisionerOf(c: Ctx): Provisioner {
  const { scimTokenId, trace, now } = c.var;
  if (scimTokenId === undefined) throw new Error('a route without provisioningToken asks for its token');
  return { tokenId: scimTokenId, trace, now };
}
