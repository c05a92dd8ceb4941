import { useRef } from 'preact/hooks';
import { signOut } from '../lib/session.ts';
import { Icon, Mark } from './icon.tsx';
import { useKey } from './use-key.ts';

type Props = { title: string; publicUrl: string; query: string; search: (query: string) => void };

export const Header = ({ title, publicUrl, query, search }: Props) => (
  <header class="bar">
    <Mark />
    <h1 class="cut">{title}</h1>
    <Search query={query} search={search} />
    <Menu publicUrl={publicUrl} />
  </header>
);

function Search({ query, search }: Pick<Props, 'query' | 'search'>) {
  const input = useRef<HTMLInputElement>(null);
  useKey((event) => {
    if (event.key !== '/' || (event.target as Element).matches('input, textarea, select')) return;
    event.preventDefault();
    input.current?.focus();
  });
  return (
    <search class="search slim">
      <Icon name="search" />
      <input
        ref={input}
        class="input"
        type="search"
        aria-label="Search requests and invitations"
        placeholder="Search"
        maxLength={200}
        value={query}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          search('');
          input.current?.blur();
        }}
      />
      <kbd>/</kbd>
    </search>
  );
}

function Menu({ publicUrl }: { publicUrl: string }) {
  const menu = useRef<HTMLDetailsElement>(null);
  return (
    <details
      class="menu"
      ref={menu}
      onFocusOut={(event) => {
        if (menu.current && !menu.current.contains(event.relatedTarget as Node | null)) menu.current.open = false;
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !menu.current?.open) return;
        event.preventDefault();
        menu.current.open = false;
        menu.current.querySelector('summary')?.focus();
      }}
    >
      <summary class="btn quiet icon" aria-label="More: administration, sign out">
        <Icon name="more" />
      </summary>
      <ul>
        {Object.entries({ Users: 'users', Invitations: 'invitations', 'Access requests': 'requests' }).map(([name, page]) => (
          <li key={page}>
            <a href={`${publicUrl}/admin/${page}`} target="_blank" rel="noreferrer">
              {name}
            </a>
          </li>
        ))}
        <li>
          <button type="button" onClick={() => void signOut()}>
            Sign out
          </button>
        </li>
      </ul>
    </details>
  );
}
