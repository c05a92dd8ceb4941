/** What is compared: each call measures it once. */
export type Subjects<Name extends string> = Record<Name, () => Promise<number>>;

/** The median of each, measured in turns, so that what the machine does besides meets all of them alike. */
export async function inTurns<Name extends string>(subjects: Subjects<Name>, rounds: number): Promise<Record<Name, number>> {
  const names = Object.keys(subjects) as Name[];
  const measured = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length]!;
      measured.get(name)!.push(await subjects[name]());
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(measured.get(name)!)])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value that all but a hundredth of them stay below. */
export const p99 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
