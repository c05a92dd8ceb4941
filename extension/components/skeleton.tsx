/** Rows in their true shape, while nothing is known yet. */
export const Skeleton = ({ title }: { title: string }) => (
  <section aria-busy="true" aria-label={title}>
    <div class="section">
      <h2>{title}</h2>
    </div>
    <div class="rows tight">
      {[1, 2, 3].map((row) => (
        <div class="row" key={row}>
          <span class="who">
            <span class="skel w1" />
            <span class="skel w2" />
          </span>
          <span class="skel w3" />
        </div>
      ))}
    </div>
  </section>
);
