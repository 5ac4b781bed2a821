import type { DeadLetterBody } from './contract.ts';

/** The body of a message as people can read it: JSON, else text, else base64. */
export function readBody(content: Buffer): DeadLetterBody {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return { encoding: 'base64', content: content.toString('base64') };
  }
  try {
    const value: unknown = JSON.parse(text);
    // What is nested too deeply can be read, but not be written again.
    JSON.stringify(value);
    return { encoding: 'json', content: value };
  } catch {
    return { encoding: 'text', content: text };
  }
}
