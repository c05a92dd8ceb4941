import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { useKey } from './use-key.ts';

type Props = {
  label: string;
  placeholder: string;
  query: string;
  search: (query: string) => void;
  /** In the corner of a header, with its key beside it. */
  isSlim?: boolean;
  /** Whether the screen begins here. */
  isFirst?: boolean;
};

/** `/` leads here from anywhere on the screen, Esc empties it. */
export function SearchBox({ label, placeholder, query, search, isSlim = false, isFirst = false }: Props) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isFirst) input.current?.focus({ preventScroll: true });
  }, []);
  useKey((event) => {
    if (event.key !== '/' || (event.target as Element).matches('input:not([type=checkbox]), textarea, select')) return;
    event.preventDefault();
    input.current?.focus();
  });
  return (
    <search class={isSlim ? 'search slim' : 'search'}>
      <Icon name="search" />
      <input
        ref={input}
        class="input"
        type="search"
        aria-label={label}
        placeholder={placeholder}
        maxLength={200}
        value={query}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && query !== '' && !event.ctrlKey && !event.metaKey) event.preventDefault(); // it is found already
          if (event.key !== 'Escape' || query === '') return;
          event.preventDefault();
          search('');
        }}
      />
      {isSlim && <kbd>/</kbd>}
    </search>
  );
}
