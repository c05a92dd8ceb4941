import type { Adapter, AdapterPayload } from 'oidc-provider';

/** The registered application, read anew for every request, so that redirect URIs can be added while the tenant runs. */
export type FindClient = (clientId: string) => AdapterPayload | undefined;

/**
 * The provider's store: one map a tenant. The library's own in-memory store is shared by a whole process and prints a warning.
 * Returns the factory the provider asks for one adapter a model.
 */
export function memoryStore(findClient: FindClient): (model: string) => Adapter {
  const rows = new Map<string, { payload: AdapterPayload; until: number }>();

  const read = (id: string): AdapterPayload | undefined => {
    const row = rows.get(id);
    return row && row.until > Date.now() ? row.payload : undefined;
  };
  const readBy = (model: string, field: 'uid' | 'userCode', value: string): AdapterPayload | undefined => {
    const found = [...rows].find(([id, row]) => id.startsWith(`${model}:`) && row.payload[field] === value);
    return found && read(found[0]);
  };

  return (model) => ({
    upsert: async (id, payload, expiresIn) => {
      const until = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
      rows.set(`${model}:${id}`, { payload, until });
    },
    find: async (id) => (model === 'Client' ? findClient(id) : read(`${model}:${id}`)),
    findByUid: async (uid) => readBy(model, 'uid', uid),
    findByUserCode: async (userCode) => readBy(model, 'userCode', userCode),
    consume: async (id) => {
      const payload = read(`${model}:${id}`);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => {
      rows.delete(`${model}:${id}`);
    },
    revokeByGrantId: async (grantId) => {
      for (const [id, row] of rows) if (row.payload.grantId === grantId) rows.delete(id);
    },
  });
}
