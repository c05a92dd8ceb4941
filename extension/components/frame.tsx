import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';
import { useKey } from './use-key.ts';

type Props = {
  title: ComponentChildren;
  back?: string;
  leave: () => void;
  aside?: ComponentChildren;
  children: ComponentChildren;
};

/** A screen that one goes back from, by its arrow or by Esc. */
export function Frame({ title, back = 'Back', leave, aside, children }: Props) {
  useKey((event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault(); // the browser would close the popup
    leave();
  });
  return (
    <>
      <header class="bar">
        <button type="button" class="btn quiet icon" aria-label={back} onClick={leave}>
          <Icon name="left" />
        </button>
        <h1>{title}</h1>
        {aside}
      </header>
      {children}
    </>
  );
}
