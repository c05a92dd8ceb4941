type Part = [kind: 'new' | 'same' | 'skip' | 'bad' | 'wait', count: number];

/** Proportions at a glance; the words stand below it. */
export function Split({ parts }: { parts: Part[] }) {
  const total = parts.reduce((sum, [, count]) => sum + count, 0) || 1;
  let x = 0;
  return (
    <svg class="split" viewBox="0 0 200 6" preserveAspectRatio="none" aria-hidden="true">
      {parts.map(([kind, count]) => {
        const from = x;
        x += (count / total) * 200;
        return <rect key={kind} class={`f-${kind}`} x={from} width={x - from} height="6" />;
      })}
    </svg>
  );
}
