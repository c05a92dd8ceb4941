const EVERY = 40;
const AT_MOST = 20_000;

/** Waits for a fact: asks until the answer is neither undefined, null nor false. Rejects after 20 s, naming what was waited for. */
export async function until<Fact>(what: string, ask: () => Promise<Fact> | Fact): Promise<NonNullable<Fact>> {
  const end = Date.now() + AT_MOST;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`Waited ${AT_MOST / 1000} s in vain for this: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
}
