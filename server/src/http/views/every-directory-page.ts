import { type Directory, type DirectoryRun, syncProblems } from '@doorstep/shared/directory';
import { DAY, MINUTE } from '@doorstep/shared/time';
import { type DirectoryModel, directoryPage } from './directory.ts';
import type { AdminShell, Html } from './layout.ts';
import { id, now, type Words } from './sample-facts.ts';

/** The page of the directory, as `everyPage`. */
export function directoryPages(shell: AdminShell, words: Words, rows: number): Record<string, Html> {
  const directory: Directory = {
    ...{
      users: 1204,
      groups: 48,
      isConnected: true,
      isProvisioned: true,
      lastSyncAt: now - 4 * MINUTE,
      nextSyncAt: now + 6 * MINUTE,
    },
    ...{
      missingPermissions: [],
      assignmentRequired: false,
      runs: Array.from({ length: Math.min(rows, 12) }, (_, at) => runOf(at)),
    },
  };
  const rest = {
    canConnect: true,
    isLocked: false,
    isWanted: false,
    connectedBy: words.name,
    suggests: 'everybody',
    stopped: null,
  } as const;
  const model: DirectoryModel = { ...shell, directory, ...rest };
  const away = { ...directory, isConnected: false, isProvisioned: false, lastSyncAt: null, nextSyncAt: null, runs: [] };
  return {
    directory: directoryPage(model),
    'directory-running': directoryPage({
      ...model,
      isLocked: true,
      directory: { ...directory, runs: [{ ...runOf(0), state: 'running', endedAt: null }] },
    }),
    'directory-poor': directoryPage({
      ...{ ...model, suggests: 'groups' },
      directory: {
        ...directory,
        isProvisioned: false,
        missingPermissions: ['GroupMember.Read.All', words.name],
        assignmentRequired: true,
      },
    }),
    'directory-stopped': directoryPage({
      ...model,
      stopped: {
        ...{
          id: id('run', 1),
          problem: 'too-many-leave',
          isReleased: false,
          people: 80,
          vanishing: 75,
          known: 1204,
          vanishingGroups: 0,
        },
        ...{
          suspendCount: 60,
          activeMembers: 118,
          suspends: [1, 2, 3].map((at) => ({ memberId: id('mem', at), name: words.name })),
        },
      },
    }),
    'directory-none': directoryPage({ ...model, directory: away, connectedBy: null }),
    'directory-impossible': directoryPage({ ...model, directory: { ...away, isProvisioned: true }, canConnect: false }),
  };
}

const runOf = (at: number): DirectoryRun => ({
  id: id('run', at),
  state: at === 0 ? 'done' : (['done', 'failed', 'stopped', 'waiting'] as const)[at % 4]!,
  isFull: at === 3,
  startedAt: now - 10 * at * MINUTE - DAY,
  endedAt: now - 10 * at * MINUTE - DAY + 4000 * at,
  requests: 3,
  users: at * 400,
  groups: at * 3,
  suspended: at % 2,
  resumed: 0,
  problem: at % 4 === 0 ? null : syncProblems[at % syncProblems.length]!,
});
