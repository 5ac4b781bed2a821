import type { Explanation } from './explanation.ts';

const operator = 'workflows/kit/operator.ts';
const asked =
  'if (this.#open.size === 0) upsertSearchAttributes([{ key: searchAttributes.needsOperator, value: true }]);';
const find =
  "return what === undefined && this.#open.size === 1 ? [...this.#open.values()][0] : this.#open.get(what ?? '');";
const logged = "log.error('a call that must not be given up has failed', { what, message });";

const progress = 'workflows/kit/progress.ts';
const shownNext = 'What comes next in the same workflow task shows it as well.';

export const kit: readonly Explanation[] = [
  { file: progress, before: '} finally { … }', after: '} finally {}', why: shownNext },
  { file: progress, before: 'this.#show();', after: ';', why: shownNext },
  {
    file: 'workflows/kit/milestones.ts',
    before: 'localFirst: true,',
    after: 'localFirst: false,',
    why: 'It is cheaper, and says the same: `cost.test.ts` of the system counts it.',
  },
  {
    file: operator,
    before: '{ failed, wake = () => false }: Retried,',
    after: '{ failed, wake = () => undefined }: Retried,',
    why: 'Neither is true.',
  },
  ...['{}', '{ summary: `` }'].map((options) => ({
    file: operator,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
    before: 'await condition(() => open.decided !== undefined || wake(), pause, { summary: `${what}: try again` });',
    after: `await condition(() => open.decided !== undefined || wake(), pause, ${options});`,
    why: 'The sentence at a timer is for people.',
  })),
  {
    file: operator,
    before: logged,
    after: logged.replace("'a call that must not be given up has failed'", '""'),
    why: 'A sentence of the log is for people.',
  },
  {
    file: operator,
    before: logged,
    after: logged.replace('{ what, message }', '{}'),
    why: 'What the log says beside its sentence is for people.',
  },
  {
    file: operator,
    before: asked,
    after: asked.replace('this.#open.size === 0', 'true'),
    why: 'It saves an event in the history: said again, it is as true as before.',
  },
  {
    file: operator,
    before: find,
    after: find.replace("''", '"Stryker was here!"'),
    why: 'No call has an empty name, nor this one.',
  },
];
