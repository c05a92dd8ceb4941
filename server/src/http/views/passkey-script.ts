/**
 * `/assets/passkey.js`: a form marked `data-passkey` asks the browser for a new passkey (`new`) or for one that is there (`known`) and sends its
 * answer as the field `credential`. The form stays hidden where a browser cannot do that. What went wrong is said in the line beside it.
 */
export const passkeyScript = `'use strict';
(() => {
  const form = document.querySelector('form[data-passkey]');
  const line = document.getElementById('passkey-said');
  const isNew = form.dataset.passkey === 'new';
  const say = (text) => { line.textContent = text; };
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    return say('This browser cannot use passkeys here. A newer one can.');
  }
  const ask = () => {
    const options = JSON.parse(form.dataset.options);
    return isNew
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  };
  const sentenceOf = ({ name }) => {
    if (name === 'InvalidStateError') return 'This device has a passkey for you already: use that one.';
    if (name === 'NotAllowedError') return 'That was cancelled or took too long. Nothing was changed; try again when you like.';
    return 'That did not work in this browser. Try again, or use another way.';
  };
  let isUnderWay = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isUnderWay) return;
    isUnderWay = true;
    say('Your browser asks you now.');
    try {
      form.elements.credential.value = JSON.stringify((await ask()).toJSON());
      say('One moment.');
      form.submit();
    } catch (error) {
      isUnderWay = false;
      say(sentenceOf(error));
    }
  });
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  form.hidden = false;
})();
`;
