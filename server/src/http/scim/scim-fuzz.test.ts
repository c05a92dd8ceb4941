import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { directoryGroupId, directoryUserId } from '../../domain/directory-id.ts';
import { openTestApp } from '../test-app.ts';
import { connectProvider, groupBody, objectIdOfNumber, type TestProvider, userBody } from './testing/provider.ts';

let entra: TestProvider;
const user = `/Users/${directoryUserId(objectIdOfNumber(1))}`;
const group = `/Groups/${directoryGroupId(objectIdOfNumber(100))}`;
beforeAll(async () => {
  entra = await connectProvider(await openTestApp());
  await entra.post('/Users', userBody(1));
  await entra.post('/Users', userBody(2));
  await entra.post('/Groups', groupBody(100, { members: [{ value: directoryUserId(objectIdOfNumber(1)) }] }));
});

/** Pieces of what providers send, wrongly put together. */
const piece = fc.constantFrom(
  ...[
    'userName',
    'active',
    'name',
    'givenName',
    'emails',
    'members',
    'displayName',
    'externalId',
    'id',
    'schemas',
    'meta',
    '__proto__',
  ],
  ...[
    'constructor',
    'type eq "work"',
    'value eq "x"',
    'value',
    'type',
    'primary',
    '[',
    ']',
    '(',
    ')',
    '.',
    ':',
    '"',
    '\\',
    ' and ',
    ' or ',
    ' not ',
  ],
  ...[
    'urn:ietf:params:scim:schemas:core:2.0:User:',
    'urn:x:',
    'eq',
    'ne',
    'pr',
    '[type eq "work"].value',
    '[primary eq true]',
    '\0',
    '\ud800',
  ],
);
const path = fc.oneof(
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('emails[type eq "work"].value', 'name.familyName', 'members', 'emails', 'active', 'displayName'),
);
const value = fc.oneof(
  fc.json().map((text) => JSON.parse(text) as unknown),
  fc.constantFrom<unknown>('True', 'False', '', null, true, '\udfff', 'a\0', [], {}, [[]], [{}], [null], objectIdOfNumber(1)),
  fc.array(fc.record({ value: fc.oneof(fc.string(), fc.constant(directoryUserId(objectIdOfNumber(2)))) }), { maxLength: 3 }),
  fc.dictionary(path, fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.string(), { maxLength: 2 }))),
);
const operation = fc.oneof(
  fc.record(
    { op: fc.oneof(fc.constantFrom('add', 'Replace', 'REMOVE', 'move'), value), path: fc.oneof(path, value), value },
    { requiredKeys: [] },
  ),
  fc.record({ op: fc.constantFrom('add', 'replace', 'remove'), path, value }),
  value,
);
const patch = fc.oneof(
  fc.record({ Operations: fc.array(operation, { maxLength: 4 }) }),
  value.map((Operations) => ({ Operations })),
  value,
);

/** Without its time, which is no part of what was written. */
const read = async (at: string) => (await entra.get(at)).body;

test.each([
  ['a user', user],
  ['a group', group],
])('whatever a PATCH of %s holds: never a 5xx, and a refusal leaves the resource whole', async (_, at) => {
  await fc.assert(
    fc.asyncProperty(patch, async (body) => {
      const before = await read(at);
      const answer = await entra.send('PATCH', at, body);
      expect(answer.status).toBeLessThan(500);
      const after = await read(at);
      expect(after.id).toBe(before.id);
      if (answer.status >= 400) expect(after).toEqual(before);
      else expect(JSON.stringify(after).isWellFormed()).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test('whatever is posted or put: never a 5xx', async () => {
  const attribute = fc.oneof(path, fc.constantFrom('userName', 'externalId', 'displayName', 'emails', 'members', 'name'));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(attribute, value), fc.constantFrom('/Users', '/Groups', user, group), async (wrong, at) => {
      const isNew = at === '/Users' || at === '/Groups';
      const body = at.startsWith('/Users') ? { ...userBody(1), ...wrong } : { ...groupBody(100), ...wrong };
      const answer = await entra.send(isNew ? 'POST' : 'PUT', at, body);
      expect(answer.status).toBeLessThan(500);
      expect((await entra.get(user)).status).toBe(200);
    }),
    { numRuns: 300 },
  );
});

test('whatever is asked for: never a 5xx', async () => {
  const word = fc.oneof(fc.string({ unit: 'binary' }), path, fc.integer().map(String));
  const query = fc.record(
    { filter: word, startIndex: word, count: word, attributes: word, excludedAttributes: word },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('/Users', '/Groups', user, group, '/Schemas'), query, async (at, asked) => {
      const answer = await entra.get(`${at}?${new URLSearchParams(asked)}`);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body.schemas).toBeDefined();
    }),
    { numRuns: 300 },
  );
});
