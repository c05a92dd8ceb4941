import type { Millis } from '@doorstep/shared/time';

/** With a remote database others write too: what is remembered is at most this old. */
const REMOTE_AGE: Millis = 1000;
const MOST_ENTRIES = 50_000;

export type Memory = {
  /** The remembered value of `key`, else what `read` finds; a value read while a command wrote is not kept. */
  recall<Value>(key: string, read: () => Promise<Value>): Promise<Value>;
  /** The remembered value, without asking the database. */
  peek<Value>(key: string): Value | undefined;
  forget(): void;
};

export function createMemory({ kind, now }: { kind: 'file' | 'remote'; now: () => number }): Memory {
  const entries = new Map<string, { value: unknown; at: Millis }>();
  let epoch = 0;
  const peek = (key: string) => {
    const entry = entries.get(key);
    return entry && (kind === 'file' || now() - entry.at < REMOTE_AGE) ? entry.value : undefined;
  };
  return {
    peek: <Value>(key: string) => peek(key) as Value | undefined,
    async recall<Value>(key: string, read: () => Promise<Value>) {
      const known = peek(key);
      if (known !== undefined) return known as Value;
      const before = epoch;
      const at = now(); // the age counts from before the read
      const value = await read();
      if (epoch === before && value !== undefined && value !== null) {
        if (entries.size >= MOST_ENTRIES) entries.clear();
        entries.set(key, { value, at });
      }
      return value;
    },
    forget() {
      epoch += 1;
      entries.clear();
    },
  };
}
