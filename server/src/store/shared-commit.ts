/** A command that takes a list of attempts, writes them in one batch and says what each that won has got. */
export type SetCommand<Attempt extends { id: string }, Won> = (attempts: Attempt[]) => Promise<Map<string, Won>>;

/** Waits for the next shared commit and answers what this attempt won, or undefined when it lost. */
export type Together = <Attempt extends { id: string }, Won>(
  name: string,
  command: SetCommand<Attempt, Won>,
  attempt: Attempt,
  keys: readonly string[],
) => Promise<Won | undefined>;

const MOST_TOGETHER = 128;

type Waiting = {
  attempt: { id: string };
  keys: readonly string[];
  settle: (won: unknown) => void;
  fail: (error: unknown) => void;
};

/**
 * What many people do in the same second shares a commit (DESIGN.md, database rule 3): arrivals of one turn of the event loop, or those
 * that came while a batch was on its way, go together; never two with the same key in one set.
 */
export function createTogether(nextTurn: ((run: () => void) => void) | undefined): Together {
  const queues = new Map<string, Waiting[]>();

  async function drain(name: string, command: SetCommand<never, unknown>, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await commit(command, takeSet(queue));
    queues.delete(name);
  }

  return async (name, command, attempt, keys) => {
    if (!nextTurn) return (await command([attempt])).get(attempt.id);
    return new Promise((settle, fail) => {
      const waiting = { attempt, keys, settle: settle as (won: unknown) => void, fail };
      const queue = queues.get(name);
      if (queue) return void queue.push(waiting);
      const begun = [waiting];
      queues.set(name, begun);
      nextTurn(() => void drain(name, command as never, begun));
    });
  };
}

/** The first of the queue, in order, that share no key. */
function takeSet(queue: Waiting[]): Waiting[] {
  const taken: Waiting[] = [];
  const keys = new Set<string>();
  for (let at = 0; at < queue.length && taken.length < MOST_TOGETHER; ) {
    const next = queue[at]!;
    if (next.keys.some((key) => keys.has(key))) {
      at += 1;
      continue;
    }
    for (const key of next.keys) keys.add(key);
    taken.push(next);
    queue.splice(at, 1);
  }
  return taken;
}

/** A set that fails as a whole is tried one by one, so that one bad attempt does not take its neighbours along. */
async function commit(command: SetCommand<never, unknown>, set: Waiting[]): Promise<void> {
  try {
    const won = await command(set.map((one) => one.attempt) as never[]);
    for (const one of set) one.settle(won.get(one.attempt.id));
  } catch (error) {
    if (set.length === 1) return set[0]!.fail(error);
    for (const one of set) await commit(command, [one]);
  }
}
