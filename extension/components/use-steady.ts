import { useRef, useState } from 'preact/hooks';

/**
 * A list that does not jump under the pointer: what arrives while it is shown waits for `showNew`; what leaves while the pointer is in
 * the list stays as `isGone` until the pointer leaves. What was shown before (a decision undone) comes back at once.
 */
export function useSteady<Item extends { id: string }>(items: Item[]) {
  const [isPointedAt, setPointedAt] = useState(false);
  const [, redraw] = useState(0);
  const known = useRef(new Set<string>()).current;
  const shown = useRef<Item[]>([]);
  const welcome = () => {
    for (const { id } of items) known.add(id);
  };

  if (!isPointedAt && !items.some(({ id }) => known.has(id))) welcome();
  const settled = items.filter(({ id }) => known.has(id));
  const present = new Map(settled.map((item) => [item.id, item]));
  const before = new Set(shown.current.map(({ id }) => id));
  shown.current = isPointedAt
    ? [...shown.current.map((item) => present.get(item.id) ?? item), ...settled.filter(({ id }) => !before.has(id))]
    : settled;
  return {
    rows: shown.current.map((item) => ({ item, isGone: !present.has(item.id) })),
    waiting: items.length - settled.length,
    showNew: () => {
      welcome();
      redraw((count) => count + 1);
    },
    pointer: { onPointerEnter: () => setPointedAt(true), onPointerLeave: () => setPointedAt(false) },
  };
}
