import { html } from 'hono/html';
import type { Deps } from '../../actions/deps.ts';
import { findWorkspaceName, UNNAMED } from '../../store/workspace.ts';
import type { Ctx } from '../env.ts';
import type { Html } from '../views/layout.ts';
import { type DoneCode, doneNotice, isDoneCode } from '../views/notice.ts';
import { mailExits, type SetUpModel, type SetUpStep, setUpPage, setUpSteps, signOnExits } from '../views/setup.ts';
import type { SignOnPlace } from './admin/sign-on-place.ts';
import type { MailPlace } from './mail-shown.ts';
import { shellOf } from './page.ts';

/** What is finished, read from what is there. Mail is finished when it leaves, or when the environment says that it shall not. */
async function finished(c: Ctx): Promise<SetUpStep[]> {
  const { deps } = c.var;
  const isDone: Record<SetUpStep, boolean> = {
    name: (await findWorkspaceName(deps.store)) !== UNNAMED,
    'sign-on': deps.provider !== null,
    mail: leaves(deps),
    you: false,
  };
  return setUpSteps.filter((step) => isDone[step]);
}

/** Where whoever comes back goes on. */
export async function nextStep(c: Ctx): Promise<SetUpStep> {
  const done = await finished(c);
  return setUpSteps.find((step) => !done.includes(step)) ?? 'you';
}

export const setUpModel = async (c: Ctx, step: SetUpStep): Promise<SetUpModel> => ({
  ...(await shellOf(c)),
  step,
  done: await finished(c),
});

/** The set-up session stands for an administrator who is not there yet: it is as fresh as its link. */
const setUpPlace = (step: 'sign-on' | 'mail', next: SetUpStep, exits: (c: Ctx) => Html | ''): SignOnPlace => ({
  home: `/setup/${step}`,
  next: `/setup/${next}`,
  by: () => null,
  freshFirst: () => null,
  frame: async (c, title, content) =>
    setUpPage(await setUpModel(c, step), title, html`${doneNotice(doneIn(c))}${content}${exits(c)}`),
});

function doneIn(c: Ctx): DoneCode | null {
  const done = c.req.query('done');
  return isDoneCode(done) ? done : null;
}

const leaves = ({ isSetByEnvironment, transport }: Deps) => isSetByEnvironment.mail || transport.name !== 'preview';

export const signOnPlace = setUpPlace('sign-on', 'mail', (c) => signOnExits(c.var.deps.provider !== null));
export const mailPlace: MailPlace = {
  ...setUpPlace('mail', 'you', (c) => mailExits(leaves(c.var.deps))),
  isSetUp: true,
  testsAt: () => null,
};
