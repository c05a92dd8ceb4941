/** Makes a thing when it is first asked for. Intl's formatters take milliseconds each: a server must not make them all to start. */
export function atFirstUse<Thing>(make: () => Thing): () => Thing {
  let made: { thing: Thing } | null = null;
  return () => {
    made ??= { thing: make() };
    return made.thing;
  };
}
