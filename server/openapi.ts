import { writeFileSync } from 'node:fs';
import packageJson from './package.json' with { type: 'json' };
import { openApiDocument } from './src/http/api/openapi-document.ts';

// Writes the document that the server serves: `node server/openapi.ts`. It is a file because the schemas need not be converted at each start.
writeFileSync(
  new URL('src/http/api/openapi.json', import.meta.url),
  `${JSON.stringify(openApiDocument(packageJson.version), null, 2)}\n`,
);
