import { cpus, loadavg } from 'node:os';
import { argv } from 'node:process';
import { badgePoll } from './badge-poll.ts';
import { bulk } from './bulk.ts';
import { directorySync } from './directory-sync.ts';
import { guestSignIn } from './guest-sign-in.ts';
import { inviteGroup } from './invite-group.ts';
import { inviteOne } from './invite-one.ts';
import { pages } from './pages.ts';
import { planMixed } from './plan-mixed.ts';
import { popup } from './popup.ts';
import { redeem } from './redeem.ts';
import { type Measure, tableOf } from './report.ts';
import { scim } from './scim.ts';
import { sessionCheck } from './session-check.ts';
import { start } from './start.ts';
import { suggest } from './suggest.ts';

/**
 * Ratios against a floor measured in the same run, in turns, medians; nothing passes or fails. Arguments name the measures wanted, else all
 * are taken.
 */
const measures: Record<string, Measure> = {
  session: sessionCheck,
  badge: badgePoll,
  redeem,
  guests: guestSignIn,
  invite: inviteOne,
  bulk,
  group: inviteGroup,
  plan: planMixed,
  sync: directorySync,
  suggest,
  scim,
  start,
  popup,
  pages,
};

const wanted = argv.length > 2 ? argv.slice(2) : Object.keys(measures);
const unknown = wanted.filter((name) => !(name in measures));
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}.`);
  process.exit(1);
}
console.log(
  `Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model}), load ${loadavg()[0]!.toFixed(1)} at the start\n`,
);
for (const name of wanted) {
  const { title, run } = measures[name]!;
  console.log(`${tableOf(title, await run())}\n`);
}
