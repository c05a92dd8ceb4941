import * as v from 'valibot';

/** A page of a list, newest first: `?limit=` 1..200, `?cursor=` as given by the page before. */
export type Page<Item> = { items: Item[]; nextCursor: string | null };

export const pageOf = <Item extends v.GenericSchema>(item: Item) =>
  v.object({ items: v.array(item), nextCursor: v.nullable(v.string()) });

const wholeNumber = v.pipe(v.string(), v.regex(/^\d{1,4}$/, 'must be a whole number'), v.transform(Number));

export const pageQuery = {
  limit: v.optional(v.pipe(wholeNumber, v.minValue(1, 'must be at least 1'), v.maxValue(200, 'must be at most 200')), '50'),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200, 'is not a cursor of this list'))),
};
export const searchQuery = v.optional(v.pipe(v.string(), v.maxLength(200, 'must be at most 200 characters')));
