import type { Page } from '@doorstep/shared/list';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, sentenceOf } from '../lib/call.ts';

const PAUSE_IN_TYPING = 150;

export type Pages<Item> = {
  /** Nothing before the first answer; what was found last while the next is looked up. */
  items: Item[] | undefined;
  isLooking: boolean;
  problem: string;
  hasMore: boolean;
  more: () => void;
  retry: () => void;
  /** Shows this in place of the item of the same id. */
  replace: (item: Item) => void;
};
type Loaded<Item> = { q: string; items: Item[]; cursor: string | null };

/** A list of the workspace as a search over it: looks again a moment after `q` changes, page by page on `more`. */
export function usePages<Item extends { id: string }>(
  q: string,
  load: (cursor: string | null) => Promise<Answer<Page<Item>>>,
): Pages<Item> {
  const [loaded, setLoaded] = useState<Loaded<Item>>();
  const [problem, setProblem] = useState('');
  const [round, setRound] = useState(0);
  const wanted = useRef(q);
  wanted.current = q;

  const look = async (cursor: string | null) => {
    const answer = await load(cursor);
    if (wanted.current !== q || answer.outcome === 'ended') return;
    setProblem(answer.outcome === 'ok' ? '' : sentenceOf(answer));
    if (answer.outcome !== 'ok') return;
    const { items, nextCursor } = answer.value;
    setLoaded((old) => ({ q, items: cursor === null ? items : [...(old?.items ?? []), ...items], cursor: nextCursor }));
  };
  useEffect(() => {
    const timer = setTimeout(() => void look(null), loaded ? PAUSE_IN_TYPING : 0);
    return () => clearTimeout(timer);
  }, [q, round]);
  return {
    items: loaded?.items,
    isLooking: loaded?.q !== q,
    problem,
    hasMore: loaded?.q === q && loaded.cursor !== null,
    more: () => void look(loaded?.cursor ?? null),
    retry: () => setRound(round + 1),
    replace: (item) =>
      setLoaded((old) => old && { ...old, items: old.items.map((other) => (other.id === item.id ? item : other)) }),
  };
}
