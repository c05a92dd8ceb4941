import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { renderMails } from '../delivery/render.ts';
import type { RenderedMail } from '../delivery/transport.ts';
import type { Trace } from '../store/audit.ts';
import { recordMailOpening } from '../store/mail-opening.ts';
import { findMail } from '../store/outbox-reads.ts';
import type { Deps } from './deps.ts';

export type OpenedMail =
  | { outcome: 'opened'; mail: RenderedMail }
  /** `because` is a sentence. */
  | { outcome: 'not-written'; because: string }
  | { outcome: 'not-found' };

/** Renders a mail that the preview kept, key and all: written to the audit before anybody sees it. Mails of real transports stay shut. */
export async function openMail(deps: Deps, by: MemberId, id: string, trace: Trace, now: Millis): Promise<OpenedMail> {
  if (deps.transport.name !== 'preview') return { outcome: 'not-found' };
  const kept = await findMail(deps.store, id);
  if (!kept) return { outcome: 'not-found' };
  const { store, keys, publicUrl, mailFrom: from } = deps;
  const rendering = (await renderMails({ store, keys, publicUrl, from }, [kept.id])).get(kept.id)!;
  if ('refused' in rendering) return { outcome: 'not-written', because: rendering.refused };
  await recordMailOpening(store, { mailId: kept.id, by, now, trace });
  return { outcome: 'opened', mail: rendering.mail };
}
