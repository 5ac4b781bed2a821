import type { Explanation } from './explanation.ts';

const operator = 'workflows/kit/operator.ts';
const asked =
  'if (this.#open.size === 0) upsertSearchAttributes([{ key: searchAttributes.needsOperator, value: true }]);';
const find =
  "return what === undefined && this.#open.size === 1 ? [...this.#open.values()][0] : this.#open.get(what ?? '');";
const logged = "log.error('a call that must not be given up has failed', { what, message });";

const runProcess = 'workflows/kit/run-process.ts';
const cutOff =
  "const isCancelled = outcome === 'cancelled' && CancellationScope.current().parent?.consideredCancelled;";
const told = "log.warn('what is published could not be kept as published; a sweep publishes it again', {";

const progress = 'workflows/kit/progress.ts';
const shownNext = 'What comes next in the same workflow task shows it as well.';

export const kit: readonly Explanation[] = [
  { file: progress, before: '} finally { … }', after: '} finally {}', why: shownNext },
  { file: progress, before: 'this.#show();', after: ';', why: shownNext },
  {
    file: 'workflows/kit/saga.ts',
    before: 'const known = this.#undos.find(({ name, of }) => name === undo.name && of === undo.of);',
    after: 'const known = this.#undos.find(({ name, of }) => name === undo.name && true);',
    why: 'Only the undos of payments share a name, and two payments of a checkout are never open at the same time.',
  },
  {
    file: runProcess,
    before: cutOff,
    after: cutOff.replace('parent?.', 'parent.'),
    why: 'Only the types ask for it: it runs in a scope of its own, which has a parent.',
  },
  {
    file: runProcess,
    before: '} catch (error) { … }',
    after: '} catch (error) {}',
    why: 'What it does is a line in the log, for people.',
  },
  ...[
    [told, told.replace(/'.*'/, '""')],
    [`${told} … });`, `${told}});`],
  ].map(([before = '', after = '']) => ({
    file: runProcess,
    before,
    after,
    why: 'What the log says is for people.',
  })),
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
