/**
 * `/assets/again.js`: a page about something under way looks again every 5 seconds, unless it is hidden or somebody has gone to one of its
 * controls, whose focus must not be lost.
 */
export const againScript = `'use strict';
(() => {
  const isLeftAlone = () => !document.hidden && (document.activeElement === null || document.activeElement === document.body);
  setInterval(() => { if (isLeftAlone()) location.reload(); }, 5000);
})();
`;
