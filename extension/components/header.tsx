import { useRef } from 'preact/hooks';
import { signOut } from '../lib/session.ts';
import { Icon, Mark } from './icon.tsx';
import { SearchBox } from './search-box.tsx';

type Props = { title: string; publicUrl: string; query: string; search: (query: string) => void };

export const Header = ({ title, publicUrl, query, search }: Props) => (
  <header class="bar">
    <Mark />
    <h1 class="cut">{title}</h1>
    <SearchBox label="Search requests and invitations" placeholder="Search" query={query} search={search} isSlim />
    <Menu publicUrl={publicUrl} />
  </header>
);

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
