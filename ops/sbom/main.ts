import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describeScript } from '../../platform/script.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

const { processedArgs } = describeScript(
  'npm run sbom --',
  'Writes a bill of materials (CycloneDX) of what runs in production, from package-lock.json.',
)
  .argument('[file]', 'where to', 'sbom.cdx.json')
  .parse();
const [file] = processedArgs as [string];

const { stdout } = await execa('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'], {
  cwd: project,
});
const target = path.resolve(file);
writeFileSync(target, `${stdout}\n`);
const { components } = JSON.parse(stdout) as { components: unknown[] };
process.stdout.write(`${target}: ${components.length} packages\n`);
