import type { DirectoryRun, RunState } from '@doorstep/shared/directory';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { syncProblemText } from './directory-problems.ts';
import type { IconName } from './icon.ts';
import type { Html } from './layout.ts';
import { state } from './notice.ts';
import { emptyState, table } from './table.ts';
import { count, figure } from './text.ts';
import { short, spanText } from './time.ts';

/** The last rounds of the sync, newest first, each with why it did not end well and what helps. */
export const runTable = (
  runs: readonly DirectoryRun[],
  now: Millis,
): Html => html`<section class="card below" aria-labelledby="runs">
<h2 class="padded" id="runs">Last rounds</h2>${
  runs.length === 0
    ? emptyState('No round yet', 'The first one begins in a moment, and reads everything.')
    : table(
        'Last rounds of the sync',
        columns,
        runs.map((run) => row(run, now)),
      )
}</section>`;

const columns = [
  { text: 'Began', look: 'tight' },
  { text: 'Result' },
  { text: 'Changes read' },
  { text: 'Access' },
  { text: 'Took', look: 'tight muted' },
];

const row = (run: DirectoryRun, now: Millis) => [
  short(run.startedAt),
  resultOf(run),
  readOf(run),
  accessOf(run),
  tookOf((run.endedAt ?? now) - run.startedAt),
];

const readOf = ({ users, groups }: DirectoryRun): string =>
  users + groups === 0 ? 'none' : `${count(users, 'person', 'people')}, ${count(groups, 'group', 'groups')}`;

function accessOf({ suspended, resumed }: DirectoryRun): string {
  const parts = [
    ...(suspended > 0 ? [`${figure(suspended)} suspended`] : []),
    ...(resumed > 0 ? [`${figure(resumed)} came back`] : []),
  ];
  return parts.join(', ') || 'nobody’s changed';
}

const states: Record<RunState, { tone: '' | 'ok' | 'wait' | 'bad'; icon: IconName; word: string }> = {
  running: { tone: '', icon: 'retry', word: 'running' },
  waiting: { tone: 'wait', icon: 'clock', word: 'waiting' },
  done: { tone: 'ok', icon: 'check', word: 'done' },
  failed: { tone: 'bad', icon: 'warn', word: 'failed' },
  stopped: { tone: 'wait', icon: 'pause', word: 'stopped' },
};

function resultOf({ state: is, isFull, problem }: DirectoryRun): Html {
  const { tone, icon, word } = states[is];
  const said =
    problem === null
      ? ''
      : html`<small class="block muted">${syncProblemText[problem].what} ${syncProblemText[problem].so}</small>`;
  return html`<span>${state(tone, icon, isFull ? `${word}, everything read` : word)}${said}</span>`;
}

const tookOf = (span: Millis): string => (span < 60_000 ? `${Math.max(1, Math.round(span / 1000))} s` : spanText(span));
