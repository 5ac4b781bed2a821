import { escapeHtml } from '../../platform/http/html.ts';
import type { ReceivedMail } from './contract.ts';

/** The mails as an HTML page; nothing of a mail is taken for HTML. */
export function renderMails(mails: readonly ReceivedMail[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mails</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
details { border-top: 1px solid #ccc; padding: .5rem 0; }
summary { cursor: pointer; }
small { color: #555; }
strong.twice { color: #b00020; }
pre { white-space: pre-wrap; background: #f5f5f5; padding: 1rem; }
</style>
</head>
<body>
<h1>Mails</h1>
<p>${mails.length === 0 ? 'No mail has come in yet.' : `The newest ${mails.length}, newest first.`}</p>
${mails.map(renderMail).join('\n')}
</body>
</html>
`;
}

function renderMail(mail: ReceivedMail): string {
  const twice = mail.copies > 1 ? ` <strong class="twice">came ${mail.copies} times</strong>` : '';
  return `<details>
<summary>${escapeHtml(mail.subject)}${twice}<br><small>to ${escapeHtml(mail.to.join(', '))}, ${escapeHtml(mail.receivedAt)}</small></summary>
<pre>${escapeHtml(mail.text)}</pre>
${mail.attachments.map((attachment) => renderAttachment(mail.mailId, attachment)).join('\n')}
<small>checkout ${escapeHtml(mail.checkoutId ?? 'unknown')}, Message-ID ${escapeHtml(mail.messageId)}</small>
</details>`;
}

function renderAttachment(mailId: number, { name, type, size }: ReceivedMail['attachments'][number]): string {
  const path = `/mails/${mailId}/attachments/${encodeURIComponent(name)}`;
  const about = `${type}, ${size.toLocaleString('en')} bytes`;
  return `<p><a href="${escapeHtml(path)}">${escapeHtml(name)}</a> <small>${escapeHtml(about)}</small></p>`;
}
