/** A decoded `application/x-www-form-urlencoded` text: `metadata[order]=7&expand[0]=charge` has one object and one array. */
export interface Form {
  [name: string]: string | Form | (string | Form)[];
}

/** Longer and deeper than any parameter of Stripe's; what is beyond is a name like any other, and known by none. */
const longestName = 500;
const deepestName = 10;

function pathOf(name: string): string[] {
  if (name.length > longestName) return [name];
  const inner = [...name.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '');
  return inner.length > deepestName ? [name] : [name.replace(/\[.*$/s, ''), ...inner];
}

/** Decodes the nested form that Stripe's SDKs send, in bodies and in queries. It takes any text. */
export function decodeForm(text: string): Form {
  const root = emptyForm();
  for (const [key, value] of new URLSearchParams(text)) {
    const path = pathOf(key);
    let place = root;
    for (const step of path.slice(0, -1)) {
      const next = place[step];
      const inner = typeof next === 'object' ? (next as Form) : emptyForm();
      place[step] = inner;
      place = inner;
    }
    place[path.at(-1) ?? ''] = value;
  }
  return arraysIn(root) as Form;
}

/** Without a prototype, so that no key of a caller can reach one. */
const emptyForm = (): Form => Object.create(null) as Form;

function arraysIn(value: Form[string]): Form[string] {
  if (typeof value === 'string') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, arraysIn(inner)] as const);
  const isArray = entries.length > 0 && entries.every(([key], index) => key === String(index));
  return isArray ? entries.map(([, inner]) => inner as string | Form) : Object.fromEntries(entries);
}
