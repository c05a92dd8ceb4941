import { DAY, HOUR, MINUTE, SECOND } from '@doorstep/shared/time';

/** The numbers of the policy (DESIGN.md, section 4). docs/policy.md shows them as one table. What administrators can set is in settings.ts. */
export const policy = {
  invitation: { lastGeneration: 1023 },
  request: { lasts: 30 * DAY },
  session: { idle: 12 * HOUR, atMost: 7 * DAY, administratorAtMost: 24 * HOUR, guestAtMost: 24 * HOUR },
  waitingSession: 24 * HOUR,
  visitorSession: 10 * MINUTE,
  acceptWithin: 10 * MINUTE,
  freshSignIn: { within: 10 * MINUTE, maxAge: 300 * SECOND },
  signInAttempt: 10 * MINUTE,
  joinCookie: { lasts: 60 * MINUTE, atMost: 5 },
  setUpSession: 60 * MINUTE,
  connectedBrowser: { atMost: 90 * DAY, unused: 14 * DAY },
  connectCode: 60 * SECOND,
  /** A sync that loses more stops: `share` of the active members, at least `least` of them; `shrank` of all known people, at least `shrankLeast`. */
  brake: { share: 0.2, least: 2, shrank: 0.5, shrankLeast: 3 },
  /** The same for SCIM, which deactivates one by one: counted over the time `within`. */
  provisioningBrake: { share: 0.2, least: 5, within: HOUR },
  /** A guest's mailed code. All of an address within `within` together: whatever is asked for anew resets nothing (DIR-04). */
  guestCode: { lasts: 10 * MINUTE, tries: 5, digits: 6, within: HOUR, mostCodes: 5, mostWrong: 10 },
  /** From the offer of a passkey to its answer. */
  passkeyChallenge: { lasts: 5 * MINUTE, mostPasskeys: 10 },
  /** Whose access ends is told so long ahead, and so is their sponsor. */
  accessEnds: { toldAhead: 7 * DAY },
  /** Secrets, tokens and certificates: days ahead of their end at which the administrators are told. */
  expiryTold: [30, 14, 7, 1],
  /** Of access requests an administrator gets so many mails an hour, and one digest of what comes above; a requester causes one a day (MAIL-12). */
  requestMails: { within: HOUR, most: 20, requesterWithin: DAY },
} as const;
