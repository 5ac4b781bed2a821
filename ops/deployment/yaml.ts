/** What a document of YAML is made of. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [name: string]: YamlValue };

const isPlain = (text: string): boolean =>
  /^[A-Za-z_/][\w ./@-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|~)$/i.test(text) && !text.endsWith(' ');

const scalar = (value: string | number | boolean): string =>
  typeof value === 'string' && !isPlain(value) ? JSON.stringify(value) : String(value);

const isScalar = (value: YamlValue): value is string | number | boolean => typeof value !== 'object';

const isFlat = (value: YamlValue): value is readonly (string | number | boolean)[] =>
  Array.isArray(value) && value.every(isScalar);

/**
 * Writes a value as YAML in block style; lists of scalars stand in one line.
 *
 * @param indent spaces before each line
 */
export function toYaml(value: { readonly [name: string]: YamlValue }, indent = 0): string {
  const space = ' '.repeat(indent);
  return Object.entries(value)
    .map(([name, each]) => {
      const key = `${space}${name === '<<' ? name : scalar(name)}:`;
      // What an anchor names is merged.
      if (typeof each === 'string' && /^\*[a-z-]+$/.test(each)) return `${key} ${each}\n`;
      if (isScalar(each)) return `${key} ${scalar(each)}\n`;
      if (isFlat(each))
        return `${key} [${each.map((one) => (typeof one === 'string' ? JSON.stringify(one) : String(one))).join(', ')}]\n`;
      if (Array.isArray(each)) {
        const items = each.map((one) => {
          const text = toYaml(one as { readonly [name: string]: YamlValue }, indent + 4);
          return `${space}  - ${text.slice(indent + 4)}`;
        });
        return `${key}\n${items.join('')}`;
      }
      return `${key}\n${toYaml(each as { readonly [name: string]: YamlValue }, indent + 2)}`;
    })
    .join('');
}
