import type { Ctx } from '../../env.ts';
import type { HiddenField } from '../../views/form.ts';
import type { Html } from '../../views/layout.ts';

/** What a write is, for the page that asks for a fresh sign-in first: `what` completes "To ...". */
export type Asked = { what: string; action: string; fields: HiddenField[] };

/**
 * Where single sign-on is configured: `/admin/single-sign-on` and `/setup`. Who may come in is decided before, where the routes are mounted.
 */
export type SignOnPlace = {
  /** The path below which all of it lives, without a slash at its end. */
  home: string;
  /** Where to go once it is switched on. */
  next: string;
  /** The administrator, or null in the set-up session. */
  by: (c: Ctx) => string | null;
  /** An answer instead of the write: a fresh sign-in comes first. null: go on. */
  freshFirst: (c: Ctx, asked: Asked) => Promise<Response> | null;
  /** A whole page around `content`, its only heading of the first level being `title`. */
  frame: (c: Ctx, title: string, content: Html) => Promise<Html>;
};
