import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { refuseReadable, refuseReadableServer } from './transport/clear-text.ts';

/** What a process or a role is told by those who start it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment lacks a value or holds a wrong one. The message has one line for each variable. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError';
}

/**
 * Reads what a role needs from its environment, once. `DATABASE_URL_FILE` names a file that holds what `DATABASE_URL` would, and so
 * with every variable. What is sent to an address, and what is served, does not leave this machine in clear text.
 *
 * @param schema an object schema whose keys are the variables' names
 * @throws {ConfigurationError} with one line that names each missing or wrong variable
 */
export function readConfiguration<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): z.infer<Schema> {
  const read = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, readVariable(name, environment)]));
  const result = schema.safeParse(read);
  if (!result.success) {
    throw new ConfigurationError(
      result.error.issues
        .map((issue) => {
          const name = issue.path.join('.');
          return read[name] ? `${name} is wrong: ${issue.message}` : `${name} is missing: set it in the environment`;
        })
        .join('\n'),
    );
  }
  const refusals = refuseClearText(Object.entries(result.data), environment);
  if (refusals.length > 0) throw new ConfigurationError(refusals.join('\n'));
  return result.data;
}

/**
 * One variable, or what the file holds that the variable with `_FILE` behind its name names. An empty one is none.
 *
 * @throws {ConfigurationError} when the file cannot be read or is empty, or both variables are set
 */
export function readVariable(name: string, environment: Environment): string | undefined {
  const value = environment[name] || undefined;
  const file = environment[`${name}_FILE`];
  if (!file) return value;
  if (value !== undefined) throw new ConfigurationError(`${name} and ${name}_FILE are both set: unset one of them`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigurationError(
      `${name}_FILE is wrong: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  if (text !== '') return text;
  throw new ConfigurationError(`${name}_FILE is wrong: ${file} is empty`);
}

/** A line for each address, and each port, that would be used in clear text beyond this machine. */
function refuseClearText(variables: readonly [string, unknown][], environment: Environment): string[] {
  const lines = variables.flatMap(([name, value]) => {
    if (value === undefined) return [];
    const isPort = /(^|_)PORT$/.test(name);
    const refusal = isPort ? refuseReadableServer(name, environment) : undefined;
    if (refusal) return [`${name === 'TEMPORAL_METRICS_PORT' ? name : 'HOST'} is wrong: ${refusal}`];
    const readable = /_(URL|ENDPOINT)$/.test(name) ? refuseReadable(name, String(value), environment) : undefined;
    return readable ? [`${name} is wrong: ${readable}`] : [];
  });
  return [...new Set(lines)];
}
