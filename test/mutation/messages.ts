/**
 * A Stryker plug-in that leaves out human-readable sentences: the message of an error, the description of a field, the subject
 * of a letter. Programs decide by types, fields and facts, so tests do not repeat the sentences.
 */

interface Syntax {
  readonly type: string;
  readonly operator?: string;
  readonly left?: Syntax;
  readonly callee?: Syntax;
  readonly arguments?: readonly Syntax[];
  readonly name?: string;
  readonly id?: Syntax;
  readonly key?: Syntax;
  readonly property?: Syntax;
}

interface SyntaxPath {
  readonly node: Syntax;
  readonly parentPath?: SyntaxPath | null;
}

const properties: ReadonlySet<string> = new Set([
  'customer',
  'description',
  'error',
  'message',
  'operator',
  'subject',
  'title',
]);

/** Which argument of a call is for people, or for the compiler alone. */
const functions: Readonly<Record<string, number>> = { ServiceFailure: 1, failure: 1 };
const methods: Readonly<Record<string, number>> = { brand: 0, describe: 0, int: 0, max: 1, min: 1, regex: 1 };

function isText({ type, operator, left }: Syntax): boolean {
  if (type === 'BinaryExpression') return operator === '+' && left !== undefined && isText(left);
  return type === 'StringLiteral' || type === 'TemplateLiteral';
}

function isMessage({ node, parentPath }: SyntaxPath): boolean {
  if (!parentPath) return false;
  const { node: parent } = parentPath;
  switch (parent.type) {
    case 'ConditionalExpression':
      return isMessage(parentPath);
    case 'ObjectProperty':
      return properties.has(parent.key?.name ?? '');
    case 'VariableDeclarator':
      return properties.has(parent.id?.name ?? '');
    case 'NewExpression':
    case 'CallExpression':
      return parent.arguments?.indexOf(node) === positionIn(parent);
    default:
      return false;
  }
}

function positionIn({ callee }: Syntax): number | undefined {
  const { name = '', property } = callee ?? {};
  return name.endsWith('Error') ? 0 : (functions[name] ?? methods[property?.name ?? '']);
}

const messages = {
  shouldIgnore: (path: SyntaxPath): string | undefined =>
    isText(path.node) && isMessage(path) ? 'a human-readable sentence' : undefined,
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'messages', value: messages }];
