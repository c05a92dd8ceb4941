import { Icon } from './icon.tsx';
import type { Pages } from './use-pages.ts';

/** Below a list: more of it, or why there is none. */
export const PageEnd = ({ pages }: { pages: Pick<Pages<never>, 'problem' | 'hasMore' | 'more' | 'retry'> }) => (
  <>
    {pages.problem && (
      <div class="banner wait" role="alert">
        <Icon name="off" />
        <span class="grow">{pages.problem}</span>
        <button type="button" class="btn sm" onClick={pages.retry}>
          Retry
        </button>
      </div>
    )}
    {pages.hasMore && (
      <button type="button" class="link small" onClick={pages.more}>
        Show more
      </button>
    )}
  </>
);
