import { moveOn, type Step, type StreamRow, type Turn, writePiece, writeSeenPiece } from '../store/directory-sync.ts';
import { writeContacts } from '../store/directory-sync-contacts.ts';
import { dropEdgesOf, type EdgeChange, type GroupChange, writeEdges, writeGroups } from '../store/directory-sync-groups.ts';
import { writeUsers } from '../store/directory-sync-users.ts';
import type { Statement } from '../store/store.ts';
import type { Changes, Page } from './read-page.ts';
import type { Round } from './round.ts';
import { asWhole } from './whole-objects.ts';

/** So many are written in one batch: more would hold the event loop for longer than 20 ms. A person costs several times a line of members. */
const OBJECTS = 40;
const EDGES = 200;

type Piece = (turn: Turn) => Statement[];

/**
 * Writes a page slice by slice; the last one takes the cursor along, so that a crash in between reads the page again, which changes nothing
 * (ENT-68, ENT-69). False: the lease was lost, and the page does not count as read.
 */
export async function applyPage(round: Round, at: StreamRow, page: Page, hash: string | null): Promise<boolean> {
  if (page.stream === 'groups' && !(await dropRemoved(round, page.changes))) return false;
  const pieces = piecesOf(round, at.phase === 'full' ? asWhole(page) : page, at.fullMark);
  const last = pieces.pop();
  for (const piece of pieces) {
    const turn = round.turn();
    if (!(await writePiece(round.store, turn, piece(turn)))) return false;
    await round.othersTurn();
  }
  const turn = round.turn();
  const isOurs = await writeSeenPiece(round.store, turn, [
    ...(last?.(turn) ?? []),
    ...moveOn(round.store, turn, stepOf(round, at, page, hash)),
  ]);
  await round.othersTurn();
  return isOurs;
}

function stepOf({ run }: Round, at: StreamRow, page: Page, hash: string | null): Step {
  const step = { run, stream: at.stream, from: at.link, read: page.changes.length };
  return page.next === null
    ? { ...step, next: null, delta: page.delta! }
    : { ...step, next: page.next, hash: hash!, delta: null };
}

function piecesOf({ store, tenantId }: Round, page: Changes, fullMark: number): Piece[] {
  switch (page.stream) {
    case 'users':
      return sliced(page.changes, OBJECTS, (changes) => (turn) => writeUsers(store, turn, changes, { fullMark, tenantId }));
    case 'groups':
      return [
        ...sliced(
          page.changes,
          OBJECTS,
          (changes): Piece =>
            (turn) =>
              writeGroups(store, turn, changes, fullMark),
        ),
        ...sliced(
          page.changes.flatMap(edgesOf),
          EDGES,
          (edges): Piece =>
            (turn) =>
              writeEdges(store, turn, edges, fullMark),
        ),
      ];
    case 'contacts':
      return sliced(page.changes, OBJECTS, (changes) => (turn) => writeContacts(store, turn, changes, fullMark));
  }
}

const edgesOf = (group: GroupChange): EdgeChange[] => group.members.map((member) => ({ ...member, groupId: group.id }));

function sliced<Change>(changes: readonly Change[], most: number, piece: (slice: readonly Change[]) => Piece): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < changes.length; at += most) pieces.push(piece(changes.slice(at, at + most)));
  return pieces;
}

/** Whatever groups had that were removed goes first: they may have come back since, with others in them. */
async function dropRemoved(round: Round, changes: readonly GroupChange[]): Promise<boolean> {
  const removed = changes.filter((group) => group.wasRemoved).map((group) => group.id);
  for (let isMore: boolean | undefined = removed.length > 0; isMore; await round.othersTurn()) {
    isMore = await dropEdgesOf(round.store, round.turn(), removed);
    if (isMore === undefined) return false;
  }
  return true;
}
