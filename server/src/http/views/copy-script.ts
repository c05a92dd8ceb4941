/** `/assets/copy.js`: a field that is only to be copied gets a button which does it. Without script it is selected and copied by hand. */
export const copyScript = `'use strict';
(() => {
  for (const field of document.querySelectorAll('input[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn sm';
    button.textContent = 'Copy';
    const label = document.createElement('span');
    label.className = 'sr';
    label.textContent = ' ' + field.labels[0].textContent;
    button.append(label);
    button.addEventListener('click', async () => {
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.firstChild.data = 'Copied';
      setTimeout(() => { button.firstChild.data = 'Copy'; }, 2000);
    });
    field.addEventListener('focus', () => field.select());
    field.after(button);
  }
})();
`;
