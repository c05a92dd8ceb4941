import { expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import document from './openapi.json' with { type: 'json' };
import { openApiDocument } from './openapi-document.ts';

test('the served document is the one that the schemas make (node server/openapi.ts writes it)', () => {
  expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument(packageJson.version))));
});

test('every operation names its refusals, and every reference leads somewhere', () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]!);
  expect(references.length).toBeGreaterThan(0);
  for (const name of references) expect(document.components.schemas).toHaveProperty(name);
  const operations = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods as Record<string, { responses: object }>),
  );
  for (const operation of operations) expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
  const ids = operations.map((operation) => (operation as unknown as { operationId: string }).operationId);
  expect(new Set(ids).size).toBe(ids.length);
});
