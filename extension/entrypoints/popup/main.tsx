import { render } from 'preact';
import { App } from '../../components/app.tsx';
import { readKept } from '../../lib/kept.ts';

// The first picture is drawn from storage at once; what is fresh comes after.
const app = document.getElementById('app')!;
const kept = await readKept();
app.replaceChildren();
render(<App initial={kept} />, app);
