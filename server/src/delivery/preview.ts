import type { Transport } from './transport.ts';

/** Nothing leaves: mails are read on the administrators' mail page, which renders them anew. */
export const previewTransport: Transport = {
  name: 'preview',
  mostAtOnce: 20,
  send: async (mails) => mails.map((mail) => ({ outcome: 'sent', providerMessageId: mail.messageId })),
};
