import { GROUP, USER } from './shape.ts';

type Facts = Partial<{
  type: 'string' | 'boolean' | 'complex' | 'reference';
  multiValued: boolean;
  required: boolean;
  uniqueness: 'none' | 'server';
  mutability: 'readWrite' | 'immutable';
  returned: 'default';
  referenceTypes: string[];
  canonicalValues: string[];
  subAttributes: Attribute[];
}>;
type Attribute = Facts & { name: string; description: string };

/** RFC 7643, 7: all characteristics are told, preset ones too. */
const attribute = (name: string, description: string, facts: Facts = {}): Attribute => ({
  name,
  type: 'string',
  multiValued: false,
  description,
  required: false,
  ...(facts.type === 'complex' || facts.type === 'boolean' ? {} : { caseExact: false }),
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...facts,
});

const user = [
  attribute('userName', 'The name by which the provider knows the person', { required: true, uniqueness: 'server' }),
  attribute('name', 'The parts of the name', {
    type: 'complex',
    subAttributes: [
      attribute('formatted', 'The full name'),
      attribute('familyName', 'The family name'),
      attribute('givenName', 'The given name'),
    ],
  }),
  attribute('displayName', 'The name that is shown'),
  attribute('userType', '"Guest" for people of another organization'),
  attribute('preferredLanguage', 'The language of mails to the person'),
  attribute('active', 'Whether the person may come in; false ends all sessions at once', { type: 'boolean' }),
  attribute('emails', 'Addresses that the provider vouches for', {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', 'The address'),
      attribute('type', 'What it is for', { canonicalValues: ['work', 'home', 'other'] }),
      attribute('primary', 'The one that mails go to', { type: 'boolean' }),
    ],
  }),
];

const group = [
  attribute('displayName', 'The name of the group', { required: true }),
  attribute('members', 'The users and groups directly in it', {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', 'The id of the user or group', { mutability: 'immutable' }),
      attribute('$ref', 'Where it is', { type: 'reference', referenceTypes: ['User', 'Group'], mutability: 'immutable' }),
      attribute('type', 'What it is', { canonicalValues: ['User', 'Group'], mutability: 'immutable' }),
    ],
  }),
];

type Document = Record<string, unknown> & { id: string };
const metaOf = (base: string, kind: string, path: string) => ({ resourceType: kind, location: `${base}/${path}` });

/** `base` is the URL of the service, without a slash at the end. */
export const schemas = (base: string): Document[] =>
  (
    [
      [USER, 'User', 'A person of the directory', user],
      [GROUP, 'Group', 'A group of the directory', group],
    ] as const
  ).map(([id, name, description, attributes]) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    description,
    attributes,
    meta: metaOf(base, 'Schema', `Schemas/${id}`),
  }));

export const resourceTypes = (base: string): Document[] =>
  (
    [
      ['User', '/Users', USER],
      ['Group', '/Groups', GROUP],
    ] as const
  ).map(([id, endpoint, schema]) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id,
    name: id,
    description: id,
    endpoint,
    schema,
    schemaExtensions: [],
    meta: metaOf(base, 'ResourceType', `ResourceTypes/${id}`),
  }));

/** Resources in one answer. */
export const MOST_RESULTS = 100;

export const serviceProviderConfig = (base: string): Record<string, unknown> => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MOST_RESULTS },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'A token made on the single sign-on page of the workspace',
      specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
      primary: true,
    },
  ],
  meta: metaOf(base, 'ServiceProviderConfig', 'ServiceProviderConfig'),
});
