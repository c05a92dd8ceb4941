import { AccessRequestSchema } from '@doorstep/shared/access-request';
import { InvitationSchema } from '@doorstep/shared/invitation';
import { BatchSchema, NewBatch, PreviewSchema } from '@doorstep/shared/invitation-batch';
import { ConnectedBrowserSchema, MeSchema, SummarySchema } from '@doorstep/shared/me';
import { MemberSchema } from '@doorstep/shared/member';
import { type ProblemKey, ProblemSchema, problems } from '@doorstep/shared/problem';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { type Operation, operations } from './openapi-operations.ts';

/** Nouns that more than one operation answers with: said once. */
const nouns = {
  Me: MeSchema,
  Summary: SummarySchema,
  Batch: BatchSchema,
  Preview: PreviewSchema,
  Invitation: InvitationSchema,
  AccessRequest: AccessRequestSchema,
  Member: MemberSchema,
  ConnectedBrowser: ConnectedBrowserSchema,
  NewBatch,
  Problem: ProblemSchema,
};

const json = (schema: v.GenericSchema, typeMode: 'input' | 'output') => converted(schema, typeMode, nouns);

function converted(schema: v.GenericSchema, typeMode: 'input' | 'output', definitions: Record<string, v.GenericSchema>) {
  const overrideRef = ({ referenceId }: { referenceId: string }) => `#/components/schemas/${referenceId}`;
  const { $schema: _, $defs: __, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', typeMode, definitions, overrideRef });
  return rest;
}

/** A noun itself: every other noun in it is a reference. */
function component(name: keyof typeof nouns) {
  const { [name]: self, ...others } = nouns;
  return converted(self, name === 'NewBatch' ? 'input' : 'output', others);
}

/** OpenAPI 3.1, generated from the schemas that also check every request. */
export function openApiDocument(version: string) {
  const paths = Object.entries(operations).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, described(path, method, operation)])),
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Doorstep',
      version,
      description: 'The door of a workspace, for connected browsers. Times are epoch milliseconds; lists are newest first.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{ connectedBrowser: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        connectedBrowser: {
          type: 'http',
          scheme: 'bearer',
          description: 'Token of a connected browser, sent with the Origin it was issued to.',
        },
      },
      schemas: Object.fromEntries(Object.keys(nouns).map((name) => [name, component(name as keyof typeof nouns)])),
    },
  };
}

function described(path: string, method: string, operation: Operation) {
  const success = operation.content
    ? { description: operation.summary, content: { 'application/json': { schema: json(operation.content, 'output') } } }
    : { description: operation.summary };
  const refusals: ProblemKey[] = ['signed-out', 'wrong-origin', 'not-allowed', ...operation.problems];
  return {
    operationId: operationId(path, method),
    summary: operation.summary,
    parameters: [...pathParameters(path), ...queryParameters(operation), ...headerParameters(operation)],
    ...(operation.body ? { requestBody: { content: { 'application/json': { schema: json(operation.body, 'input') } } } } : {}),
    responses: { ...(operation.answer < 400 ? { [operation.answer]: success } : {}), ...problemResponses(refusals) },
  };
}

const operationId = (path: string, method: string): string =>
  [method, ...path.split('/').filter(Boolean)].map((part) => part.replace(/[{}]/g, '').replaceAll('-', '_')).join('_');

const pathParameters = (path: string) =>
  path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : [];

const queryParameters = ({ query }: Operation) =>
  Object.entries(query?.entries ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: json(schema as v.GenericSchema, 'input'),
  }));

const headerParameters = ({ headers = [] }: Operation) =>
  headers.map((name) => ({ name, in: 'header', required: false, schema: { type: 'string' } }));

/** One response per status, naming the problem types that it can carry. */
function problemResponses(keys: ProblemKey[]) {
  const statuses = [...new Set(keys.map((key) => problems[key].status))].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: keys
          .filter((key) => problems[key].status === status)
          .map((key) => `/problems/${key}: ${problems[key].title}`)
          .join('. '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
