import type { Millis } from '@doorstep/shared/time';
import type { Read, ScimRefusal } from '../directory/scim/refusal.ts';
import type { Trace } from '../store/audit.ts';

/** Who provisions: a token of the single sign-on page. */
export type Provisioner = { tokenId: string; trace: Trace; now: Millis };

/** A resource with the times that its `meta` tells. */
export type Provisioned<Resource> = { objectId: string; resource: Resource; created: Millis; lastModified: Millis };
export type ProvisionResult<Resource> = { done: Provisioned<Resource> } | { refusal: ScimRefusal };

/** `attempt` tells the batch that wrote a document from every other. */
type Meta = { created: Millis; lastModified: Millis; attempt: string };

export const documentOf = (resource: object, meta: Meta): string => JSON.stringify({ ...resource, meta });

export function readDocument<Resource>(objectId: string, document: string): Provisioned<Resource> {
  const { meta, ...resource } = JSON.parse(document) as { meta: Meta };
  return { objectId, resource: resource as Resource, created: meta.created, lastModified: meta.lastModified };
}

/** Keys stand in the order in which they were written: the same facts in another order are the same. */
export const isSame = (one: unknown, other: unknown): boolean => sorted(one) === sorted(other);

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Who lost a race decides again on what is there now; a few rounds suffice, for each loss means that somebody else won. */
const MOST_ROUNDS = 5;

/** `attempt` answers null when somebody was faster. */
export async function untilDecided<Result>(attempt: () => Promise<Result | null>): Promise<Result> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const result = await attempt();
    if (result !== null) return result;
  }
  throw new Error('lost a provisioning that nobody won');
}

export type Change<Before, After> = (before: Before) => Read<After>;
