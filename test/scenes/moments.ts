import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';

/** What the scenes show, in their order. The test asserts at each, the tour tells and photographs each. */
export const moments = [
  'set-up',
  'first-administrator',
  'connect-popup',
  'connect-window',
  'nobody-waits',
  'addresses',
  'options',
  'plan',
  'sent',
  'invitation-mail',
  'invitation',
  'redeemed',
  'door',
  'waiting',
  'reason',
  'knocked',
  'request',
  'undo',
  'let-in',
  'nobody-waits-again',
  'another-account',
  'third-colleague-in',
  'other-tenant',
  'directory',
  'suggested',
  'people',
  'groups',
  'group-plan',
  'person',
  'groups-got',
  'thrown-out',
  'settings',
  'guest-plan',
  'guest-join',
  'guest-code',
  'passkey-offer',
  'guest-back',
  'single-sign-on',
  'force-sso',
  'guest-shut-out',
  'guest-again',
] as const;
export type Moment = (typeof moments)[number];

/** Whoever watches: called at each moment with the page on which it is seen. */
export type Audience = (moment: Moment, page: Page, stage: Stage) => Promise<void>;
