import { MINUTE } from '@doorstep/shared/time';
import { approvedGuestPage, codePage, deadCodePage, guestPage, microsoftInsteadPage, tooManyCodesPage } from './guest.ts';
import type { Html } from './layout.ts';
import { refusedPage } from './refused.ts';
import { id, now, shellOf, type Words } from './sample-facts.ts';

/** The pages by which guests come in, in every state that looks different. */
export function guestPages(words: Words): Record<string, Html> {
  const shell = shellOf(words);
  const code = { ...shell, maskedAddress: words.address, endsAt: now + 9 * MINUTE, typed: '', errors: [] };
  const invitationId = id('inv', 1);
  return {
    guest: guestPage({ ...shell, typed: '', errors: [] }),
    'guest-wrong': guestPage({
      ...shell,
      typed: words.sentence,
      errors: [{ pointer: '#/address', detail: 'This address has no @.' }],
    }),
    'guest-code': codePage({ ...code, invitationId: null }),
    'guest-code-invited': codePage({ ...code, invitationId }),
    'guest-code-wrong': codePage({
      ...code,
      invitationId,
      typed: words.sentence,
      errors: [{ pointer: '#/code', detail: 'That is not the code. 4 tries are left.' }],
    }),
    'guest-code-used': deadCodePage({ ...shell, because: 'used', maskedAddress: words.address, invitationId: null }),
    'guest-code-run-out': deadCodePage({ ...shell, because: 'run-out', maskedAddress: words.address, invitationId }),
    'guest-code-tried-out': deadCodePage({ ...shell, because: 'tried-out', maskedAddress: words.address, invitationId: null }),
    'guest-too-many': tooManyCodesPage({ ...shell, againAt: now + 43 * MINUTE }),
    'guest-microsoft': microsoftInsteadPage({ ...shell, invitationId: null }),
    'guest-microsoft-invited': microsoftInsteadPage({ ...shell, invitationId }),
    'guest-approved': approvedGuestPage({ ...shell, maskedAddress: words.address }),
    'guest-refused': refusedPage({ ...shell, because: 'not-invited', askWhom: [words.name], signedInAs: null, isGuest: true }),
  };
}
