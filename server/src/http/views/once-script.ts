/**
 * `/assets/once.js`: a form marked `data-once` goes out once: a second press while the first is under way does nothing. The pressed
 * button stays enabled, because a disabled one would take its name and value out of the form. A page that comes back from the
 * browser's memory may be sent again.
 */
export const onceScript = `'use strict';
(() => {
  const sent = new WeakSet();
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.hasAttribute('data-once')) return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    form.setAttribute('aria-busy', 'true');
    for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true');
  });
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
})();
`;
