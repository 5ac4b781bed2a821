import {
  type DescMessage,
  type DescMethodUnary,
  type DescService,
  fromJson,
  type Message,
  toJson,
} from '@bufbuild/protobuf';

/** A message of the wire as a plain value, its scalar fields present even where they are zero or empty. */
export function fromMessage(schema: DescMessage, message: Message): unknown {
  return toJson(schema, message, { alwaysEmitImplicit: true });
}

/**
 * A plain value as a message of the wire. Its properties that are `undefined` are left out.
 *
 * @throws {Error} when the value has a property that the message does not know, or one of another kind
 */
export function toMessage(schema: DescMessage, value: unknown): Message {
  return fromJson(schema, JSON.parse(JSON.stringify(value)));
}

/** A method of a service by its name in lower camel case. */
export function methodOf(service: DescService, name: string): DescMethodUnary {
  const method = service.method[name];
  if (method?.methodKind !== 'unary') throw new Error(`${service.typeName} has no unary method ${name}`);
  return method as DescMethodUnary;
}
