/** Kinds of what goes wrong with a transport, as far as the way out differs. */
export type MailTrouble = keyof typeof mailAdvice;

/**
 * What a server or a provider said, letter for letter, and its kind. It may name addresses: it is for the page of whoever tests a
 * configuration, and is never kept in outbox, audit or log.
 */
export type Said = { text: string; trouble: MailTrouble };

/** What to do about each, for whoever has just typed the configuration. */
export const mailAdvice = {
  // SMTP
  'no-such-host': 'No server has this name. Check the host for a typing mistake.',
  'nobody-listens':
    'The host is there, but nothing listens on this port. Usual ports are 587 with STARTTLS and 465 with TLS from the start.',
  'no-way-there':
    'Nothing came back. A firewall or the hosting company probably blocks this port: most block 25, many 465 and 587. Try 587, or ask them to open it for this server.',
  'no-greeting':
    'The connection stands, but the server says nothing. It probably wants TLS from the start: choose that, usually with port 465.',
  'no-starttls':
    'The server does not offer STARTTLS, so passwords and mails would travel in the clear. Use the port on which it offers it (usually 587), or TLS from the start (usually 465).',
  'not-tls': 'The server does not begin with TLS on this port. Choose STARTTLS, usually with port 587.',
  'untrusted-certificate':
    'The certificate of the server is not trusted: it has expired, was made out for another name, or nobody known vouches for it. Use the name that stands in the certificate, or have it renewed.',
  'wrong-credentials':
    'User or password is wrong, or the account may not send by SMTP. With two-factor sign-in you need an app password; Microsoft 365 also has to allow “Authenticated SMTP” for the mailbox.',
  'no-known-way-in':
    'The server offers no way of signing in with user and password. Ask its administrator, or leave the user empty if it needs none.',
  'sign-in-needed': 'The server wants user and password before it takes mail. Fill in both.',
  'sender-refused':
    'The server does not let this user send with this sender address. Use an address that belongs to the user, or have the right “send as” granted.',
  'recipient-refused':
    'The server did not take the mail for the recipient of the test. Check that address; if it is right, the server may not be allowed to send outside.',
  'mail-refused': 'The server took sender and recipient, but not the mail itself. What it said tells why.',
  'refuses-us': 'The server does not talk to this machine. Its administrator has to allow this server’s network address.',
  'asks-to-wait': 'The server asks to try again later. That is often a limit, or greylisting: try again in a few minutes.',
  'cut-off':
    'The connection ended before the server had answered. Try again; look into the inbox first, for the mail may have left.',
  // Postmark
  'wrong-token':
    'Postmark does not know this token. Copy the Server API token: in Postmark open your server, API Tokens. The account token does not send mail.',
  'unknown-sender':
    'Postmark knows no sender signature and no verified domain for this address. Add it in Postmark under Sender Signatures.',
  'unconfirmed-sender':
    'The sender signature was never confirmed. Open the mail that Postmark has sent to that address, and confirm.',
  'invalid-address':
    'Postmark takes one of the addresses for invalid, or something else in the mail. What it said tells which: check the sender address first.',
  'inactive-recipient':
    'Postmark no longer sends to the recipient of the test: an earlier mail bounced, was reported as spam, or was unsubscribed. Reactivate the address in Postmark under Message Streams, Suppressions.',
  'no-credit': 'The Postmark account has no credit left. Raise the plan, or wait for the next month.',
  'pending-approval':
    'The Postmark account waits for its approval and until then sends only to addresses of the sender’s own domain. Ask for the approval in Postmark, or test with such an address.',
  'account-closed': 'The Postmark account may not send. Ask Postmark’s support.',
  'provider-refused': 'Postmark did not take the mail. What it said tells why.',
  'provider-unreachable':
    'Postmark could not be reached from this server. It needs outgoing https to api.postmarkapp.com: check firewall, proxy and DNS.',
  'not-postmark': 'What answers at DOORSTEP_POSTMARK_URL is not Postmark. Check that variable of the server.',
} as const;
