import nodemailer from 'nodemailer';

export interface Mail {
  /** Deterministic: a mail that is sent twice has the same one, and can be recognized. */
  readonly messageId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The mail server did not take a mail. */
class MailRefusedError extends Error {
  override readonly name = 'MailRefusedError';
}

export interface Mailer {
  /** @throws {MailRefusedError} when the mail server cannot be reached or refuses the mail */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/**
 * Sends mails through a pool of connections to an SMTP server.
 *
 * @param options.from the sender's address, with or without a name
 */
export function createMailer({ url, from }: { readonly url: string; readonly from: string }): Mailer {
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 5,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
  });
  return {
    async send(mail) {
      try {
        await transport.sendMail({ from, ...mail });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new MailRefusedError(`the mail server did not take the mail: ${reason}`, { cause: error });
      }
    },
    close: () => transport.close(),
  };
}

/** The domain of an address, for Message-IDs: `shop.example` of `Shop <orders@shop.example>`. */
export function domainOf(address: string): string {
  return /@([A-Za-z0-9.-]+)/.exec(address)?.[1] ?? 'localhost';
}
