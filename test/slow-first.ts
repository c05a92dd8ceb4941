import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of ten seconds and more: begun last, one of them would keep all but one worker waiting at the end. */
const SLOW = [
  'conformance/dir-sync-large',
  'edge/directory-sync',
  'edge/edge',
  'conformance/dir-sync-killed',
  'demo',
  'operations/remote-database',
  'conformance/ent-leaving',
  'conformance/dir-sync-faults',
].map((name) => `/test/${name}.test.ts`);

/** The slow files, then the others in vitest's own order: the largest first, or as long as they took last time. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
