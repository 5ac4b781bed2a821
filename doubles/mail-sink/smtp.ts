import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { Logger } from '../../platform/logging.ts';
import type { ServerCertificate } from '../../platform/transport/server-certificate.ts';
import type { IncomingMail } from './store.ts';

export interface SmtpOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly logger: Logger;
  /** With it, connections begin with TLS. */
  readonly certificate?: ServerCertificate | undefined;
  /** Keeps a mail; the sender is told yes only when it resolves. */
  readonly keep: (mail: IncomingMail) => Promise<void>;
}

/** An invoice of 1,000 lines is a mail of 1 MB. */
const largestMail = 10 * 1024 * 1024;

/** Listens for mails over SMTP. */
export async function listenForMails({
  host,
  port,
  logger,
  certificate,
  keep,
}: SmtpOptions): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = new SMTPServer({
    ...(certificate && { secure: true, ...certificate.options }),
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: largestMail,
    logger: false,
    closeTimeout: 2_000,
    onData(stream, { envelope }, callback) {
      const recipients = envelope.rcptTo.map(({ address }) => address);
      buffer(stream)
        .then(async (raw) => keep(await readMail(raw, envelope.mailFrom ? envelope.mailFrom.address : '', recipients)))
        .then(
          () => callback(null),
          (error: unknown) => {
            logger.error({ err: error }, 'a mail could not be kept');
            callback(Object.assign(new Error('the mail could not be kept; try again later'), { responseCode: 451 }));
          },
        );
    },
  });
  certificate?.follow(
    {
      setSecureContext: (options) => server.updateSecureContext(options),
      once: (event, listener) => server.once(event, listener),
    },
    logger,
  );
  server.on('error', (error) => logger.warn({ err: error }, 'a mail connection failed'));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  const listening = server.listen(port, host, resolve);
  await promise;
  const address = listening.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    stop: () => new Promise((stopped) => server.close(stopped)),
  };
}

/** What may stand in a header of a download. */
const mediaType = /^[\w.+-]+\/[\w.+-]+$/;

async function readMail(raw: Buffer, from: string, to: string[]): Promise<IncomingMail> {
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' });
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? null;
  return {
    messageId: mail.messageId ?? '',
    from,
    to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    checkoutId: header('x-checkout-id'),
    template: header('x-template'),
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: (filename ?? 'attachment').toWellFormed(),
      type: mediaType.test(mimeType) ? mimeType : 'application/octet-stream',
      content: Buffer.from(content as ArrayBuffer),
    })),
    raw,
  };
}
