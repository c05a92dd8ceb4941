/** Parts of a User-Agent, the more telling first: an iPad names the Mac, Android names Linux. */
const DEVICES: readonly [part: RegExp, name: string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/CrOS/, 'Chromebook'],
  [/Windows/, 'Windows'],
  [/Macintosh|Mac OS X/, 'Mac'],
  [/Linux/, 'Linux'],
];

/** What a new passkey is called until its owner renames it. */
export function deviceNameOf(userAgent: string): string {
  const device = DEVICES.find(([part]) => part.test(userAgent));
  return device ? `Passkey on ${device[1]}` : 'Passkey';
}
