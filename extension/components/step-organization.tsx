import type { Directory } from '@doorstep/shared/directory';
import { useEffect, useRef, useState } from 'preact/hooks';
import { getDirectory } from '../lib/wizard-api.ts';
import { GroupsTab } from './groups-tab.tsx';
import { Icon } from './icon.tsx';
import { PeopleTab } from './people-tab.tsx';
import { StepForm } from './step-form.tsx';
import type { StepProps } from './wizard.tsx';

const tabs = ['People', 'Groups'] as const;
type Tab = (typeof tabs)[number];

/** Step 1: people and groups of the directory, ticked instead of typed. */
export function StepOrganization(props: StepProps) {
  const { kept, to, draft, go, back } = props;
  const [tab, setTab] = useState<Tab>();
  const directory = useDirectory(to);
  const isConnected = kept.door === undefined || kept.door.summary.directory !== null;
  return (
    <StepForm draft={draft} go={go} back={back} nextWord="Next: e-mails" next={() => go('emails')}>
      {isConnected ? (
        <>
          <Tabs tab={tab ?? 'People'} show={setTab} directory={directory} />
          <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab ?? 'People'}`}>
            {tab === 'Groups' ? (
              <GroupsTab {...props} count={directory?.groups} />
            ) : (
              <PeopleTab {...props} count={directory?.users} isFirst={!tab} />
            )}
          </div>
        </>
      ) : (
        <NoDirectory publicUrl={kept.account?.publicUrl ?? to.workspace} />
      )}
    </StepForm>
  );
}

function Tabs({ tab, show, directory }: { tab: Tab; show: (tab: Tab) => void; directory: Directory | undefined }) {
  const buttons = useRef<Partial<Record<Tab, HTMLButtonElement | null>>>({}).current;
  const counts = { People: directory?.users, Groups: directory?.groups };
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label="From organization"
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        const other = tab === 'People' ? 'Groups' : 'People';
        show(other);
        buttons[other]?.focus();
      }}
    >
      {tabs.map((name) => (
        <button
          type="button"
          key={name}
          ref={(button) => {
            buttons[name] = button;
          }}
          role="tab"
          id={`tab-${name}`}
          aria-selected={name === tab}
          aria-controls="panel"
          tabIndex={name === tab ? 0 : -1}
          onClick={() => show(name)}
        >
          {name} {counts[name] !== undefined && <span class="count">{counts[name].toLocaleString()}</span>}
        </button>
      ))}
    </div>
  );
}

const NoDirectory = ({ publicUrl }: { publicUrl: string }) => (
  <div class="empty big">
    <Icon name="people" />
    <h2>No directory is connected</h2>
    <p>
      Once it is, the people of your organization are listed here, to be ticked instead of typed.{' '}
      <a href={`${publicUrl}/admin/directory`} target="_blank" rel="noreferrer">
        Connect the directory
      </a>
    </p>
  </div>
);

/** What the workspace says about its directory; nothing as long as it does not. */
export function useDirectory(to: StepProps['to']): Directory | undefined {
  const [directory, setDirectory] = useState<Directory>();
  useEffect(() => {
    void getDirectory(to).then((answer) => answer.outcome === 'ok' && setDirectory(answer.value));
  }, []);
  return directory;
}
