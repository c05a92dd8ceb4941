import { DAY, MINUTE } from '@doorstep/shared/time';
import { clientCredentials, directoryRuns, guestCodes, type OutboxKind, scimTokens } from '../../store/schema.ts';
import { renderMails } from '../render.ts';
import type { RenderedMail } from '../transport.ts';
import { aHouse, aMail, aMember, anOpenRequest, aPendingInvitation, type House, NOON } from './outbox-story.ts';

/** Puts one mail of a kind into the outbox, about people who are called `name`, to `sam` or somebody else; answers its id. */
type Sample = (house: House, name: string) => Promise<string>;

const memberEnding = (house: House, name: string) =>
  aMember(house.store, {
    ...{
      name,
      tenantId: 'guest',
      role: 'member',
      address: 'jo@fabrikam.example',
      sponsorId: house.sam,
      accessUntil: NOON + 7 * DAY,
    },
  });

/** Every kind of mail there is: one without a sample does not compile. */
const samples: Record<OutboxKind, Sample> = {
  invitation: async (house, name) =>
    (await aPendingInvitation(house, { name, note: name, inviterId: await inviter(house, name) })).mailId,
  'invitation-reminder': async (house, name) => {
    const { id: invitationId } = await aPendingInvitation(house, { name, inviterId: await inviter(house, name) });
    return aMail(house, { kind: 'invitation-reminder', invitationId, generation: 1 });
  },
  declined: async (house, name) => {
    const { id: invitationId } = await aPendingInvitation(house, { name });
    return aMail(house, { kind: 'declined', invitationId, memberId: house.sam });
  },
  'access-request': async (house, name) => {
    const requestId = await anOpenRequest(house, { name, reason: name, question: name, answer: name });
    return aMail(house, { kind: 'access-request', requestId, memberId: house.sam });
  },
  'request-unanswered': async (house, name) =>
    aMail(house, { kind: 'request-unanswered', requestId: await anOpenRequest(house, { name }), memberId: house.sam }),
  'requests-digest': async (house, name) => {
    await anOpenRequest(house, { name });
    return aMail(house, { kind: 'requests-digest', memberId: house.sam });
  },
  approved: async (house, name) =>
    aMail(house, { kind: 'approved', requestId: await anOpenRequest(house, { name, decisionReason: name }) }),
  denied: async (house, name) =>
    aMail(house, { kind: 'denied', requestId: await anOpenRequest(house, { name, decisionReason: name }) }),
  'administrator-proposed': async (house, name) => {
    const proposedBy = await inviter(house, name);
    const aboutId = await aMember(house.store, { name, role: 'member', proposedBy, proposedAt: NOON });
    return aMail(house, { kind: 'administrator-proposed', memberId: house.sam, aboutId });
  },
  'directory-alert': async (house) => {
    const run = { mark: 1, isFull: true, state: 'stopped', problem: 'too-many-leave', plan: '{}', startedAt: NOON } as const;
    await house.store.db.insert(directoryRuns).values({ id: 'run_1', ...run });
    return aMail(house, { kind: 'directory-alert', memberId: house.sam, aboutId: 'run_1' });
  },
  'token-expires': async (house, name) => {
    const times = { createdAt: NOON, expiresAt: NOON + 7 * DAY };
    const rest = { tokenHash: 'hash', createdBy: house.sam, attemptId: 'attempt' };
    await house.store.db.insert(scimTokens).values({ id: 'tok_1', name, ...times, ...rest });
    return aMail(house, { kind: 'token-expires', memberId: house.sam, aboutId: 'tok_1' });
  },
  'credential-expires': async (house) => {
    await aCredential(house, 'cre_1');
    return aMail(house, { kind: 'credential-expires', memberId: house.sam, aboutId: 'cre_1' });
  },
  'sign-on-alert': async (house) => {
    await aCredential(house, 'cre_2');
    return aMail(house, { kind: 'sign-on-alert', memberId: house.sam, aboutId: 'cre_2' });
  },
  'guest-code': async (house) => {
    const times = { createdAt: NOON, endsAt: NOON + 10 * MINUTE };
    await house.store.db
      .insert(guestCodes)
      .values({ id: 'gco_1', address: 'jo@fabrikam.example', browserHash: 'hash', ...times });
    return aMail(house, { kind: 'guest-code', aboutId: 'gco_1' });
  },
  'access-ends': async (house, name) => {
    const memberId = await memberEnding(house, name);
    return aMail(house, { kind: 'access-ends', memberId, aboutId: memberId });
  },
  'still-needed': async (house, name) =>
    aMail(house, { kind: 'still-needed', memberId: house.sam, aboutId: await memberEnding(house, name) }),
};

const inviter = (house: House, name: string) => aMember(house.store, { name, address: 'inviter@contoso.example' });

const aCredential = (house: House, id: string) =>
  house.store.db.insert(clientCredentials).values({
    ...{
      id,
      tenantId: 'tenant',
      clientId: 'client',
      kind: 'secret',
      sealed: '',
      attemptId: id,
      refusedAt: NOON,
      refusedCode: 'AADSTS7000222',
    },
    ...{ createdAt: NOON, testedAt: NOON, expiresAt: NOON + 7 * DAY },
  });

export const mailKinds = Object.keys(samples) as OutboxKind[];

/** One mail of this kind, as it is rendered now, twice: whoever sends it again sends the same. */
export async function aRenderedMail(
  kind: OutboxKind,
  name: string,
  workspaceName = 'Contoso Vault',
): Promise<[RenderedMail, RenderedMail]> {
  const house = await aHouse({ workspaceName });
  const id = await samples[kind](house, name);
  const render = async () => {
    const rendering = (await renderMails(house.deps, [id])).get(id)!;
    if ('refused' in rendering) throw new Error(`${kind}: ${rendering.refused}`);
    return rendering.mail;
  };
  try {
    return [await render(), await render()];
  } finally {
    await house.store.close();
  }
}
