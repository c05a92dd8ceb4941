import type { Deps } from '@doorstep/server/actions/deps';

/** These parts and no others, whatever is configured meanwhile. */
export function steady(parts: Omit<Deps, 'current'>): Deps {
  const deps: Deps = { ...parts, current: () => deps };
  return deps;
}
