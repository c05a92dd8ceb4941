import './dom.ts';
import { render } from 'preact';
import { expect, vi } from 'vitest';
import { App } from '../components/app.tsx';
import { readKept } from '../lib/kept.ts';

const WITHIN = { timeout: 4000 }; // two polls

/** The popup in a document, and what a person does with it: waits for what it says, presses what has a name, types. */
export function aPopup() {
  document.body.innerHTML = '<div id="app"></div>';
  const app = document.getElementById('app')!;
  const control = (name: string, kinds = 'button, a, summary') =>
    vi.waitFor(() => {
      const found = [...app.querySelectorAll<HTMLElement>(kinds)].find(
        (one) => nameOf(one).startsWith(name) && !(one as HTMLButtonElement).disabled,
      );
      expect(found, name).toBeDefined();
      return found!;
    }, WITHIN);
  return {
    app,
    control,
    open: async () => render(<App initial={await readKept()} />, app),
    close: () => render(null, app),
    see: (text: string | RegExp) => vi.waitFor(() => expect(app.textContent).toMatch(text), WITHIN),
    press: async (name: string) => (await control(name)).click(),
    tick: async (label: string) => (await control(label, 'label')).querySelector('input')!.click(),
    box: async (label: string) => (await control(label, 'label')).querySelector('input')!,
    async type(selector: string, text: string) {
      const field = await vi.waitFor(() => {
        const found = app.querySelector<HTMLInputElement>(selector);
        expect(found, selector).not.toBeNull();
        return found!;
      }, WITHIN);
      field.value = text;
      field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
      await new Promise((done) => setTimeout(done, 20)); // drawn
      return field;
    },
    key: (target: Element, name: string, more: KeyboardEventInit = {}) =>
      target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more })),
  };
}

/** As a screen reader would say it, without the initials. */
function nameOf(one: HTMLElement): string {
  const copy = one.cloneNode(true) as HTMLElement;
  for (const hidden of copy.querySelectorAll('[aria-hidden]')) hidden.remove();
  return (one.getAttribute('aria-label') ?? copy.textContent)!.trim();
}
