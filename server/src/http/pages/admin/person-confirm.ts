import type { Role } from '@doorstep/shared/member';
import type { MemberRow } from '../../../store/member.ts';
import type { Ctx } from '../../env.ts';
import { confirmPage } from '../../views/confirm.ts';
import type { HiddenField } from '../../views/form.ts';
import { roleText } from '../../views/role.ts';
import { nameOf } from '../../views/text.ts';
import { page } from '../page.ts';
import { adminShellOf } from './admin-page.ts';

/** What is asked about before it is done. */
export type Verb = 'suspend' | 'remove' | 'end-sessions';
type Words = { title: string; sentence: string; button: string };

const words: Record<Verb, (name: string, office: string) => Words> = {
  suspend: (name, office) => ({
    title: `Suspend ${name}?`,
    sentence: `All sessions of ${name} end now, and no invitation lets them in until somebody resumes the membership.${office}`,
    button: `Suspend ${name}`,
  }),
  remove: (name, office) => ({
    title: `Remove ${name}?`,
    sentence: `${name} loses access now, and all sessions end. Only a new invitation brings them back.${office}`,
    button: `Remove ${name}`,
  }),
  'end-sessions': (name) => ({
    title: `Sign ${name} out everywhere?`,
    sentence: `All browsers are signed out, and connected browsers are disconnected. ${name} stays a member and can sign in again.`,
    button: `Sign ${name} out`,
  }),
};

/** An administrator who goes takes these along (INV-24). */
const OFFICE = ' Connected browsers end, and administrators they invited who are not in yet are not let in.';

export const askFirst = (c: Ctx, member: MemberRow, verb: Verb): Promise<Response> =>
  ask(c, member, verb, words[verb](nameOf(member), member.role === 'administrator' ? OFFICE : ''), []);

export const askBeforeDemoting = (c: Ctx, member: MemberRow, role: Role): Promise<Response> => {
  const name = nameOf(member);
  const word = roleText[role].word;
  const sentence = `${name} becomes ${word} and sees nothing of the administration any more.${OFFICE}`;
  return ask(c, member, 'role', { title: `Make ${name} a ${word}?`, sentence, button: `Change the role of ${name}` }, [
    ['role', role],
  ]);
};

async function ask(c: Ctx, { id }: MemberRow, verb: Verb | 'role', asked: Words, typed: HiddenField[]): Promise<Response> {
  const path = `/admin/users/${id}`;
  const fields: HiddenField[] = [...typed, ['confirmed', 'yes']];
  const rest = { room: 'users', action: `${path}/${verb}`, fields, isDestructive: true, back: path } as const;
  return page(c, confirmPage({ ...(await adminShellOf(c)), ...asked, ...rest }));
}
