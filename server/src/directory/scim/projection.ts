import { isObject } from './fit.ts';
import { withoutSchema } from './shape.ts';

/** Which attributes an answer is to have (RFC 7644, 3.9), in lower case, `name.givenname` for a part. */
export type Projection = { only: ReadonlySet<string> | null; without: ReadonlySet<string> };

/** Returned always (RFC 7643, 7 and 3.1). */
const ALWAYS = new Set(['id', 'schemas']);

export function readProjection(attributes: string | undefined, excludedAttributes: string | undefined): Projection {
  return { only: attributes === undefined ? null : namesIn(attributes), without: namesIn(excludedAttributes ?? '') };
}

const MOST_NAMES = 100;
const namesIn = (list: string): Set<string> =>
  new Set(
    list
      .split(',', MOST_NAMES)
      .map((name) => (withoutSchema(name.trim()) ?? '').toLowerCase())
      .filter(Boolean),
  );

export const wants = ({ only, without }: Projection, attribute: string): boolean =>
  !without.has(attribute) && (only === null || [...only].some((name) => name === attribute || name.startsWith(`${attribute}.`)));

export function project(resource: Record<string, unknown>, projection: Projection): Record<string, unknown> {
  const kept = Object.entries(resource).flatMap(([name, value]) => {
    const attribute = name.toLowerCase();
    if (ALWAYS.has(attribute)) return [[name, value]];
    if (!wants(projection, attribute)) return [];
    return [
      [
        name,
        Array.isArray(value) ? value.map((item) => partsOf(item, attribute, projection)) : partsOf(value, attribute, projection),
      ],
    ];
  });
  return Object.fromEntries(kept) as Record<string, unknown>;
}

function partsOf(value: unknown, attribute: string, { only, without }: Projection): unknown {
  if (!isObject(value)) return value;
  const isWhole = only === null || only.has(attribute);
  return Object.fromEntries(
    Object.entries(value).filter(([part]) => {
      const name = `${attribute}.${part.toLowerCase()}`;
      return !without.has(name) && (isWhole || only.has(name));
    }),
  );
}
