import type { OutboxId } from '@doorstep/shared/ids';
import { MINUTE, type Millis } from '@doorstep/shared/time';
import type { Trace } from './audit.ts';
import { auditEvents } from './schema.ts';
import type { Store } from './store.ts';

export type MailOpening = { mailId: OutboxId; by: string; now: Millis; trace: Trace };

/** Who opened a mail of the preview: its page and the frame inside, opened in the same minute, are one opening. */
export const recordMailOpening = (store: Store, { mailId, by, now, trace }: MailOpening): Promise<unknown> =>
  store.batch([
    store.db
      .insert(auditEvents)
      .values({
        id: `aud_${mailId}_${by}_${Math.floor(now / MINUTE)}`,
        at: now,
        what: 'mail.opened',
        result: 'done',
        byMemberId: by,
        about: mailId,
        requestId: trace.requestId,
        clientAddress: trace.clientAddress,
      })
      .onConflictDoNothing(),
  ]);
