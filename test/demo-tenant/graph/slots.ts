/** Objects made on demand: `at` is cheap, nothing is kept. */
export interface Lazy<T> {
  readonly count: number;
  at(slot: number): T;
  slotOf(id: string): number | undefined;
}

const NOTHING: Lazy<never> = {
  count: 0,
  at: () => {
    throw new RangeError('There is nothing in it');
  },
  slotOf: () => undefined,
};

/**
 * A list whose places never move: what goes leaves an empty place, what comes back takes its old one, so that somebody who reads
 * it page by page misses nothing. The first places may be made on demand; only what differs from them is kept.
 */
export class Slots<T extends { readonly id: string }> {
  readonly #base: Lazy<T>;
  readonly #kept = new Map<number, T | undefined>();
  readonly #slotById = new Map<string, number>();
  #count: number;
  #present: number;

  constructor(base: Lazy<T> = NOTHING) {
    this.#base = base;
    this.#count = base.count;
    this.#present = base.count;
  }

  /** Places, empty ones included. */
  get count(): number {
    return this.#count;
  }

  /** Objects. */
  get present(): number {
    return this.#present;
  }

  at(slot: number): T | undefined {
    if (this.#kept.has(slot)) return this.#kept.get(slot);
    return slot < this.#base.count ? this.#base.at(slot) : undefined;
  }

  get(id: string): T | undefined {
    const slot = this.#slotOf(id);
    return slot === undefined ? undefined : this.at(slot);
  }

  /** Adds it, replaces it, or puts it back where it was. */
  put(object: T): void {
    const slot = this.#slotOf(object.id) ?? this.#count++;
    if (!this.at(slot)) this.#present++;
    this.#slotById.set(object.id, slot);
    this.#kept.set(slot, object);
  }

  /** False when it is not there. */
  remove(id: string): boolean {
    const slot = this.#slotOf(id);
    if (slot === undefined || !this.at(slot)) return false;
    this.#slotById.set(id, slot);
    this.#kept.set(slot, undefined);
    this.#present--;
    return true;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let slot = 0; slot < this.#count; slot++) {
      const object = this.at(slot);
      if (object) yield object;
    }
  }

  /** At most so many, from the last place on. */
  *newest(count: number): Generator<T> {
    for (let slot = this.#count - 1, left = count; slot >= 0 && left > 0; slot--) {
      const object = this.at(slot);
      if (!object) continue;
      left--;
      yield object;
    }
  }

  #slotOf(id: string): number | undefined {
    return this.#slotById.get(id) ?? this.#base.slotOf(id);
  }
}
