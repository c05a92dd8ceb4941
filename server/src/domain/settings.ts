import { MAX_EXPIRES_IN_DAYS } from '@doorstep/shared/invitation-batch';
import { DAY, type Millis } from '@doorstep/shared/time';

/** What administrators set on the page *Settings* and, for `forcesSso` and `guestEnd`, on *Single sign-on*. Rules get it handed in. */
export type Settings = {
  name: string;
  /** The workspace's own question to whoever knocks. */
  question: string | null;
  whoMayKnock: { members: boolean; tenantGuests: boolean };
  /** How long an invitation holds unless its sender says otherwise; 1 to 30. */
  invitationDays: number;
  /** After a denial; 0 to 90. */
  quietDays: number;
  /** So long nobody has answered a request: the others are told. null: never. */
  escalateAfterHours: number | null;
  /** A new administrator needs a second one who agrees. */
  needsTwoApprovals: boolean;
  /** *Our tenant vouches for its e-mail claim*: of its own people who are no guests. */
  vouchesForEmail: boolean;
  /** Force SSO: no guest is invited or signs in. */
  forcesSso: boolean;
  /** How long a guest's access lasts, and whether it must end. */
  guestEnd: { days: number; isCompulsory: boolean };
  /** A mail one day before an invitation ends. */
  remindsInvited: boolean;
  /** Names the picture at `/assets/logo`; null: none was uploaded. */
  logoHash: string | null;
};

export const defaultSettings: Settings = {
  name: 'Doorstep',
  question: null,
  whoMayKnock: { members: true, tenantGuests: true },
  invitationDays: 7,
  quietDays: 7,
  escalateAfterHours: null,
  needsTwoApprovals: false,
  vouchesForEmail: false,
  forcesSso: false,
  guestEnd: { days: 90, isCompulsory: false },
  remindsInvited: true,
  logoHash: null,
};

/** From the least to the most that may be set. */
export const ranges = {
  invitationDays: [1, MAX_EXPIRES_IN_DAYS],
  quietDays: [0, 90],
  escalateAfterHours: [1, 720],
  guestDays: [1, 730],
} as const satisfies Record<string, readonly [least: number, most: number]>;
export const NAME_LENGTH = 80;
export const QUESTION_LENGTH = 200;

export const quietAfterDenial = ({ quietDays }: Pick<Settings, 'quietDays'>): Millis => quietDays * DAY;

/** When a guest's access ends: what was wished, cut to what the settings allow. */
export function guestAccessUntil({ guestEnd }: Settings, wished: Millis | null, now: Millis): Millis | null {
  if (!guestEnd.isCompulsory) return wished;
  return Math.min(wished ?? Number.POSITIVE_INFINITY, now + guestEnd.days * DAY);
}
