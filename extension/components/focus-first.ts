/** A `ref` for the control that a screen begins with: `autofocus` works on documents only, not on screens drawn later. */
export const focusFirst = (control: HTMLElement | null): void => control?.focus({ preventScroll: true });
