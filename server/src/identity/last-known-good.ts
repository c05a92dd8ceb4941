import { DAY, HOUR, MINUTE, type Millis, SECOND } from '@doorstep/shared/time';

/** What a load brings: the value, or what is wrong as a word to branch on and a sentence for operators. */
export type Loaded<T, P extends string> = { value: T } | { problem: P; detail: string };

/** `flight` numbers the loads: a value of a later flight than that of the question was fetched after it was asked. */
export type Held<T, P extends string> = { value: T; flight: number } | { problem: P; detail: string };

export type LastKnownGood<T, P extends string> = {
  /** The value, from memory if possible; waits for the provider only where there is none that may be used. */
  current: () => Promise<Held<T, P>>;
  /** Asks now, joining a load that is under way. Answers with the outcome of that load. */
  refetch: () => Promise<Held<T, P>>;
  /** Number of the latest load that was begun. */
  flights: () => number;
  /** What is in memory, however the latest load ended. */
  peek: () => T | null;
};

const REFRESH_AFTER = HOUR;
const KEEP_FOR = DAY;
const RETRY_AFTER = 5 * SECOND;
const RETRY_AFTER_WHILE_GOOD = MINUTE;

/**
 * Keeps what `load` (which never throws) brought: used for a day, refreshed in the background on use after an hour, and
 * a failed refresh leaves it in place (ENT-25). One load at a time; a failure is remembered for some seconds.
 */
export function createLastKnownGood<T, P extends string>(
  load: () => Promise<Loaded<T, P>>,
  now: () => Millis,
): LastKnownGood<T, P> {
  let good: { value: T; flight: number; at: Millis } | null = null;
  let failure: { problem: P; detail: string; at: Millis } | null = null;
  let flying: Promise<Held<T, P>> | null = null;
  let flights = 0;

  async function current(): Promise<Held<T, P>> {
    const isGood = good !== null && now() - good.at < KEEP_FOR;
    if (isGood && now() - good!.at < REFRESH_AFTER) return good!;
    const mayAsk = failure === null || now() - failure.at >= (isGood ? RETRY_AFTER_WHILE_GOOD : RETRY_AFTER);
    if (!mayAsk) return isGood ? good! : failure!;
    const refreshed = refetch();
    if (!isGood) return await refreshed;
    if (requestsAreIsolated()) await refreshed;
    return good!;
  }

  function refetch(): Promise<Held<T, P>> {
    if (flying !== null && !requestsAreIsolated()) return flying;
    flights += 1;
    const flight: Promise<Held<T, P>> = land(flights).finally(() => {
      if (flying === flight) flying = null;
    });
    flying = flight;
    return flight;
  }

  async function land(flight: number): Promise<Held<T, P>> {
    const loaded = await load();
    if ('value' in loaded) {
      failure = null;
      good = { value: loaded.value, flight, at: now() };
      return good;
    }
    failure = { ...loaded, at: now() };
    return failure;
  }

  return { current, refetch, flights: () => flights, peek: () => good?.value ?? null };
}

/** workerd ends a request's I/O with the request: no other may wait for it, and nothing goes on in the background. */
export function requestsAreIsolated(): boolean {
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers';
}
