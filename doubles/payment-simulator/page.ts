import type { FastifyReply } from 'fastify';
import { escapeHtml } from '../../platform/http/html.ts';

/** A whole page of the simulator around its body. */
export function page(title: string, body: string, width = '30rem'): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: ${width}; margin: 3rem auto; padding: 0 1rem }
button { font: inherit; padding: .4rem 1.2rem; margin-right: .5rem } .detail { color: #666; font-size: .9rem }
table { border-collapse: collapse; font-size: .9rem } td, th { text-align: left; padding: .4rem .8rem .4rem 0; vertical-align: top }
td form { display: inline-block; margin: 0 .6rem .3rem 0 } td button { padding: .1rem .6rem; margin: 0 }
input { font: inherit; width: 6rem }</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
<p class="detail">This is the payment simulator: no bank and no money are involved.</p>
</body>
</html>
`;
}

/** Answers a page that runs no script and is shown in no frame. */
export function html(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
    .header('cache-control', 'no-store')
    .send(text);
}
