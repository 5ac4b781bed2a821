/** What stands for something that must not be read. */
const censor = '[redacted]';

/** Deeper than anything that is logged on purpose. */
const deepest = 8;
/** Entries of a list, and of an object. */
const mostEntries = 100;

/** Names of fields that hold secrets, wherever such a word stands in them: `accessToken`, `x-api-key`, `set-cookie`. */
const secretName = /password|passwd|secret|token|apikey|authorization|cookie|privatekey|credential|signature/;

/** What an error says besides its message and its stack; PostgreSQL's `detail` and `where` quote rows. */
const ofErrors = ['code', 'constraint', 'column', 'table', 'schema', 'syscall', 'address', 'port', 'status'] as const;

/** Characters; what is longer is cut off. */
const longestText = 32_000;

/** Secrets and people by the form that they have in any text. What repeats is bounded, so that no text takes long. */
const forms: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{0,200}):[^\s/@]{0,1000}@/gi, `$1:${censor}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${censor}`],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, censor],
  [/\b(?:sk|rk|pk|whsec|pm|seti|src|tok)_[A-Za-z0-9_]{6,}/g, censor],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, censor],
  [/[^\s@<>"'`(),;:=[\]{}]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}/g, '[mail address]'],
  // Those of cards begin with 2 to 6, and their last digit is a check digit.
  [/\b[2-6](?:[ -]?\d){12,18}\b/g, (found) => (isCardNumber(found) ? '[card number]' : found)],
];

/** A text without what looks like a secret, a mail address or the number of a card. */
export function redactText(text: string): string {
  const shown = text.length > longestText ? `${text.slice(0, longestText)}… (${text.length} characters)` : text;
  return forms.reduce((rest, [form, by]) => rest.replace(form, by as string), shown);
}

/** Luhn's check. */
function isCardNumber(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const weighed = index % 2 === 1 ? digit * 2 : digit;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return sum % 10 === 0;
}

/**
 * Makes what takes secrets and people out of a value, at every depth, by the name of a field and by the form of a text.
 *
 * @param fields what else must not be read: the whole names of fields
 */
export function createRedaction(fields: readonly string[] = []): (value: unknown) => unknown {
  const named = new Set(fields);
  const isSecret = (name: string) => named.has(name) || secretName.test(name.toLowerCase().replace(/[-_]/g, ''));

  const redact = (value: unknown, depth: number, above: readonly object[]): unknown => {
    if (typeof value === 'string') return redactText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) return '[circular]';
    if (depth === deepest) return '[deeper]';
    const inside = (each: unknown) => redact(each, depth + 1, [...above, value]);
    if (isError(value)) return redactError(value, inside);
    if (value instanceof Date) return value;
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) return value.slice(0, mostEntries).map(inside);
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, mostEntries)
        .map(([name, each]) => [name, isSecret(name) && each !== undefined && each !== null ? censor : inside(each)]),
    );
  };
  return (value) => redact(value, 0, []);
}

/** Also one of another realm, as libraries in a sandbox throw. */
const isError = (value: object): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

function redactError(error: Error, inside: (value: unknown) => unknown): unknown {
  const more = error as unknown as Record<string, unknown>;
  return {
    type: error.name,
    message: redactText(error.message),
    ...Object.fromEntries(ofErrors.flatMap((name) => (more[name] === undefined ? [] : [[name, inside(more[name])]]))),
    stack: redactText(error.stack ?? ''),
    ...(error.cause !== undefined && { cause: inside(error.cause) }),
    ...(Array.isArray(more['errors']) && { errors: inside(more['errors']) }),
  };
}
