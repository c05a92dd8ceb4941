// What `npm start`, `npm test` and their siblings call: finds or fetches Node and pnpm, installs, runs `pnpm run NAME`.
// Runs on any Node from 18 on and needs nothing installed.
import { spawn, spawnSync } from 'node:child_process';

const NODE = '24.21.0';
const PNPM = '12.21.0';
const windows = process.platform === 'win32';
const [name, ...rest] = process.argv.slice(2);

const [major, minor] = process.versions.node.split('.').map(Number);
const nodeIsRecent = major > 22 || (major === 22 && minor >= 18); // from here on Node runs .ts files itself
const pnpm = spawnSync('pnpm', ['--version'], { encoding: 'utf8', shell: windows });
const pnpmFits = pnpm.status === 0 && pnpm.stdout.trim().split('.')[0] === PNPM.split('.')[0];
const wanted = [...(nodeIsRecent ? [] : [`--package=node@${NODE}`]), ...(pnpmFits ? [] : [`--package=pnpm@${PNPM}`])];

const words = rest.filter((word) => word !== '--').map((word) => (windows ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`));
const install = 'pnpm install --frozen-lockfile --prefer-offline --reporter=silent';
const line = [`${install} && pnpm --silent run ${name}`, ...words].join(' ');

// Shells and package managers in between do not all pass signals on: the last child ends when this process has gone.
const options = { stdio: 'inherit', env: { ...process.env, DOORSTEP_PARENT: String(process.pid) } };
const child = wanted.length
  ? spawn('npm', ['exec', '--yes', ...wanted, '-c', windows ? `"${line}"` : line], { ...options, shell: windows })
  : spawn(line, { ...options, shell: true });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal)); // the child ends us, not the signal
const launcher = process.ppid; // npm does not pass SIGTERM on: when it has gone, so do we
setInterval(() => process.ppid !== launcher && child.kill('SIGTERM') && process.exit(1), 1000).unref();
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
