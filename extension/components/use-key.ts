import { useEffect, useRef } from 'preact/hooks';

/** Listens to keys wherever the focus is, always with what is on show now. */
export function useKey(onKey: (event: KeyboardEvent) => void): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** Ctrl+Enter, on a Mac ⌘+Enter: the main action of a screen. */
export const useCtrlEnter = (act: () => void): void =>
  useKey((event) => {
    if (event.key !== 'Enter' || event.repeat || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    act();
  });
