import { REASON_LENGTH } from '@doorstep/shared/access-request';
import type { FieldError } from '@doorstep/shared/problem';
import { CONTROL } from '../control-characters.ts';
import type { readForm } from './form-body.ts';

export type OwnWordsTyped = { reason: string; answer: string; errors: FieldError[] };

/** What somebody who waits says to the administrators, and answers to the workspace's question if it asks one; trimmed. */
export function readOwnWords(fields: Awaited<ReturnType<typeof readForm>>, question: string | null): OwnWordsTyped {
  const reason = text(fields.get('reason'));
  const answer = question === null ? '' : text(fields.get('answer'));
  const errors = [wrong('reason', reason), wrong('answer', answer)].filter((error) => error !== null);
  return { reason, answer, errors };
}

const text = (typed: string | undefined): string => (typed ?? '').replace(/\r\n?/g, '\n').trim();

function wrong(name: string, typed: string): FieldError | null {
  const detail =
    typed.length > REASON_LENGTH
      ? `Please keep it to ${REASON_LENGTH.toLocaleString('en')} characters.`
      : !typed.isWellFormed() || CONTROL.test(typed.replace(/[\n\t]/g, ''))
        ? 'Please type it without control characters.'
        : null;
  return detail === null ? null : { pointer: `#/${name}`, detail };
}
