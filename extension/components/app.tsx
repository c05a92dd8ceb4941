import { SECOND } from '@doorstep/shared/time';
import { useEffect, useState } from 'preact/hooks';
import { lookAtDoor } from '../lib/door.ts';
import { type Draft, draftIn, draftKey, newDraft, type Options, optionsKey, type Step } from '../lib/draft.ts';
import { type Connection, connectionOf, item, type Kept } from '../lib/kept.ts';
import { renewAccount } from '../lib/session.ts';
import { Connect } from './connect.tsx';
import { Home } from './home.tsx';
import { later } from './later.tsx';
import { SignedOut } from './signed-out.tsx';
import { useKept } from './use-kept.ts';

const Wizard = later(async () => (await import('./wizard.tsx')).Wizard);
const RequestDetails = later(async () => (await import('./request-details.tsx')).RequestDetails);

type View = { screen: 'home' } | { screen: 'wizard' } | { screen: 'request'; id: string };

export function App({ initial }: { initial: Kept }) {
  const [kept, save] = useKept(initial);
  const draft = draftIn(kept);
  const [view, setView] = useState<View>({ screen: draft?.sending || draft?.sent ? 'wizard' : 'home' });
  const [usesOther, setUsesOther] = useState(false);
  const to = connectionOf(kept);
  useLookingAtDoor(to);

  if (!to && kept.account && !usesOther) return <SignedOut kept={kept} useAnother={() => setUsesOther(true)} />;
  if (!to) return <Connect kept={kept} />;

  const saveDraft = (changed: Draft | undefined) => save(item(draftKey(kept), changed));
  const goHome = () => setView({ screen: 'home' });
  const remember = (options: Options | undefined) => save(item(optionsKey(kept), options));
  if (view.screen === 'wizard' && draft)
    return <Wizard kept={kept} to={to} draft={draft} save={saveDraft} remember={remember} leave={goHome} />;
  if (view.screen === 'request')
    return (
      <RequestDetails
        key={view.id}
        kept={kept}
        to={to}
        id={view.id}
        show={(id) => setView({ screen: 'request', id })}
        leave={goHome}
      />
    );
  const invite = (step: Step | undefined) => {
    const first = kept.door?.summary.directory ? 'organization' : 'emails';
    if (!draft) saveDraft(newDraft(step ?? first, kept[optionsKey(kept)], kept.account?.invitationDays));
    else if (step && !draft.sending && !draft.sent) saveDraft({ ...draft, step });
    setView({ screen: 'wizard' });
  };
  return <Home kept={kept} save={save} to={to} draft={draft} invite={invite} show={(id) => setView({ screen: 'request', id })} />;
}

/** When the popup opens: what the workspace says of itself. While it is open: the summary every 2 s by its ETag, the lists with the mails' delivery every fifth time. */
function useLookingAtDoor(to: Connection | undefined): void {
  useEffect(() => {
    if (!to) return;
    void renewAccount(to);
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const look = async (round: number) => {
      if (!document.hidden) await lookAtDoor(Date.now(), round % 5 === 0);
      if (!stopped) timer = setTimeout(() => void look(round + 1), 2 * SECOND);
    };
    void look(0);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [to?.token]);
}
