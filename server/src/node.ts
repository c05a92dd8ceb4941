import { enableCompileCache } from 'node:module';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

// Before the rest is read: compiled code is kept beside the bundle, where only who installed it can write.
enableCompileCache(fileURLToPath(new URL('compile-cache', import.meta.url)));
const { doorstep } = await import('./commands/doorstep.ts');
exit(await doorstep(argv.slice(2)));
