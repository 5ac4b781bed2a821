import { chmod, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const leftOut: ReadonlySet<string> = new Set(['.git', '.data', 'node_modules']);

/** A copy of the project that may be broken. */
export interface ProjectCopy {
  readonly folder: string;
  /** For what the tests write; it goes with the copy. */
  readonly temporary: string;
  remove(): Promise<void>;
}

/** Copies the tree as it is, with all that is not committed; its packages are those of the original. */
export async function copyProject(project: string): Promise<ProjectCopy> {
  const root = await mkdtemp(path.join(tmpdir(), 'planted-bugs-'));
  const remove = () => rm(root, { recursive: true, force: true, maxRetries: 5 });
  const folder = path.join(root, 'project');
  const temporary = path.join(root, 'tmp');
  try {
    // PostgreSQL refuses to run as root: it runs as another user, who has to reach its data.
    await chmod(root, 0o755);
    await cp(project, folder, {
      recursive: true,
      filter: (source) => !leftOut.has(path.relative(project, source)),
    });
    await symlink(path.join(project, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
    await mkdir(temporary);
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder, temporary, remove };
}
