import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const project = fileURLToPath(new URL('../..', import.meta.url));
const isForeign = (name: string) => ['node_modules', '.data', '.stryker-tmp', 'coverage'].includes(name);
const pages = globSync('**/*.md', { cwd: project, exclude: (name) => isForeign(path.basename(name)) });

/** What a page says outside of code. */
const prose = (page: string) =>
  readFileSync(path.join(project, page), 'utf8')
    .replace(/^```.*?^```$/gms, '')
    .replace(/(`+).*?\1/g, '');

/** The anchors of a page's headings, as the hosts of repositories make them. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(path.join(project, page), 'utf8')
    .replace(/^```.*?^```$/gms, '')
    .matchAll(/^#+ (.+)$/gm);
  const seen = new Map<string, number>();
  return [...headings].map(([, heading = '']) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** Why a link of a page leads nowhere. */
function defectOf(page: string, target: string): string | undefined {
  const [file = '', anchor] = target.split('#');
  const linked = file === '' ? page : path.join(path.dirname(page), decodeURI(file));
  if (!existsSync(path.join(project, linked))) return `${target}: there is no ${linked}`;
  if (anchor === undefined || !linked.endsWith('.md')) return undefined;
  return anchorsOf(linked).includes(anchor) ? undefined : `${target}: ${linked} has no heading ${anchor}`;
}

test('there are pages', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', path.join('docs', 'architecture.md')]));
});

test.each(pages)('every link of %s leads to a file, and to a heading where it names one', (page) => {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const own = targets.filter((target) => !/^[a-z]+:/.test(target));
  expect(own.map((target) => defectOf(page, target)).filter(Boolean)).toEqual([]);
});
