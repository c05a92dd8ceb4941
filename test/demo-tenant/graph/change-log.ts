import type { Collection, Member } from './objects.ts';

/**
 * One thing that happened to an object, without its outcome: whoever reads it later gets the object as it is by then, which makes
 * replays and any order end alike.
 */
export interface Change {
  readonly id: string;
  /** Names of what was written; `all` for an object that appeared or came back. */
  readonly properties: readonly string[] | 'all';
  /** Set when somebody joined or left the group. */
  readonly member?: Member;
}

/** What happened, a list for each collection, in order. A position is how many changes stand before it. */
export class ChangeLog {
  readonly #changes: Record<Collection, Change[]> = { users: [], groups: [], contacts: [] };

  add(collection: Collection, change: Change): void {
    this.#changes[collection].push(change);
  }

  /** Position after the last change. */
  end(collection: Collection): number {
    return this.#changes[collection].length;
  }

  between(collection: Collection, from: number, until: number): readonly Change[] {
    return this.#changes[collection].slice(from, until);
  }
}
