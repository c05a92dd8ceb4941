/** What we keep of a resource, attribute by attribute: everything else that is sent is ignored (RFC 7644, 3.3). `most`: values in a list. */
export type Shape = 'text' | 'truth' | { one: Attributes } | { many: Attributes; most?: number };
export type Attributes = Readonly<Record<string, Shape>>;

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

export const MOST_EMAILS = 50;

export const userShape: Attributes = {
  externalId: 'text',
  userName: 'text',
  active: 'truth',
  displayName: 'text',
  name: { one: { formatted: 'text', givenName: 'text', familyName: 'text' } },
  emails: { many: { value: 'text', type: 'text', primary: 'truth' }, most: MOST_EMAILS },
  preferredLanguage: 'text',
  userType: 'text',
};

export const groupShape: Attributes = {
  externalId: 'text',
  displayName: 'text',
  members: { many: { value: 'text', type: 'text' } },
};

/** The attributes inside a complex one; none inside a simple one. */
export const inside = (shape: Shape | undefined): Attributes => {
  if (shape === undefined || typeof shape === 'string') return {};
  return 'one' in shape ? shape.one : shape.many;
};

/** Names are compared without regard to case (RFC 7643, 2.1): ours for the one that was sent, undefined when we keep no such attribute. */
export const nameIn = (attributes: Attributes, sent: string): string | undefined => {
  const wanted = sent.toLowerCase();
  return Object.keys(attributes).find((name) => name.toLowerCase() === wanted);
};

/**
 * The name without its schema: Entra writes `urn:...:User:displayName` and, for extensions, names of which nothing is kept. null: an attribute
 * of another schema than ours.
 */
export function withoutSchema(name: string): string | null {
  const lowered = name.toLowerCase();
  if (!lowered.startsWith('urn:') && !lowered.startsWith('http')) return name;
  const schema = [USER, GROUP].find((urn) => lowered.startsWith(`${urn.toLowerCase()}:`));
  return schema === undefined ? null : name.slice(schema.length + 1);
}
