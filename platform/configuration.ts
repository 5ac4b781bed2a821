import type { z } from 'zod';

/** What a process or a role is told by those who start it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment lacks a value or holds a wrong one. The message has one line for each variable. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError';
}

/**
 * Reads what a role needs from its environment, once.
 *
 * @param schema an object schema whose keys are the variables' names
 * @throws {ConfigurationError} with one line that names each missing or wrong variable
 */
export function readConfiguration<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): z.infer<Schema> {
  const read = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  );
  const result = schema.safeParse(read);
  if (result.success) return result.data;
  throw new ConfigurationError(
    result.error.issues
      .map((issue) => {
        const name = issue.path.join('.');
        return environment[name]
          ? `${name} is wrong: ${issue.message}`
          : `${name} is missing: set it in the environment`;
      })
      .join('\n'),
  );
}
