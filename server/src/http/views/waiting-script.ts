/**
 * `/assets/waiting.js`: asks `/waiting/state` every 5 seconds while the page is visible; `{state}` other than `open` says so in the
 * live region `#live` and opens `/waiting` anew, which knows the way on. The ETag travels by hand: the answers are `no-store`.
 * Any refusal (the session ended) opens it anew as well; an outage is waited out.
 */
export const waitingScript = `'use strict';
(() => {
  const EVERY = 5000;
  let etag = '';
  let timer = 0;
  let asking = false;
  const live = document.getElementById('live');
  const say = (text) => { if (live && live.textContent !== text) live.textContent = text; };
  const goOn = () => { say('There is an answer.'); location.replace('/waiting'); };
  const later = () => { clearTimeout(timer); if (!document.hidden) timer = setTimeout(look, EVERY); };
  async function look() {
    if (asking) return;
    asking = true;
    try {
      const headers = etag ? { accept: 'application/json', 'if-none-match': etag } : { accept: 'application/json' };
      const answer = await fetch('/waiting/state', { headers, cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(10000) });
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return goOn();
      if (answer.status === 200) {
        etag = answer.headers.get('etag') || '';
        if ((await answer.json()).state !== 'open') return goOn();
      }
      say(answer.status < 400 ? '' : 'The workspace does not answer at the moment. This page keeps trying.');
    } catch {
      say('The workspace cannot be reached at the moment. This page keeps trying.');
    } finally {
      asking = false;
    }
    later();
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : look()));
  later();
})();
`;
