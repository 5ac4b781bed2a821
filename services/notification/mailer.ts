import { createHash } from 'node:crypto';
import nodemailer from 'nodemailer';

export interface Mail {
  /** Deterministic: a mail that is sent twice has the same one, and can be recognized. */
  readonly messageId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments?: readonly { readonly name: string; readonly type: string; readonly content: Buffer }[];
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
        await transport.sendMail(toMessage(from, mail));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new MailRefusedError(`the mail server did not take the mail: ${reason}`, { cause: error });
      }
    },
    close: () => transport.close(),
  };
}

function toMessage(from: string, { attachments = [], ...mail }: Mail) {
  return {
    from,
    ...mail,
    baseBoundary: boundaryOf(mail.text, attachments),
    attachments: attachments.map(({ name, type, content }) => ({ filename: name, contentType: type, content })),
  };
}

/** The same for the same mail, so that its copies are; and nothing that what is in the mail could contain. */
function boundaryOf(text: string, attachments: NonNullable<Mail['attachments']>): string {
  const hash = createHash('sha256').update(text);
  for (const { content } of attachments) hash.update(content);
  return hash.digest('hex').slice(0, 32);
}

/** The domain of an address, for Message-IDs: `shop.example` of `Shop <orders@shop.example>`. */
export function domainOf(address: string): string {
  return /@([A-Za-z0-9.-]+)/.exec(address)?.[1] ?? 'localhost';
}
