type Methods<Client> = {
  [Name in keyof Client]: Client[Name] extends (...input: never[]) => Promise<unknown> ? Client[Name] : never;
};

/**
 * A client whose modules are loaded when it is first called: a command calls one service or two, and pays for no other.
 *
 * @param open loads and makes the client; it is called once
 */
export function lateClient<Client extends Methods<Client>>(open: () => Promise<Client>): Client {
  let opened: Promise<Client> | undefined;
  const callOf =
    (name: keyof Client) =>
    async (...input: unknown[]) => {
      opened ??= open();
      const client = await opened;
      return (client[name] as (...input: unknown[]) => Promise<unknown>)(...input);
    };
  return new Proxy({} as Client, {
    // An await of the client itself asks for this one.
    get: (_, name) => (name === 'then' ? undefined : callOf(name as keyof Client)),
  });
}
