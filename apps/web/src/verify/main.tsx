import '../style/verify-page.css';
import { render } from 'preact';
import { language } from '../words/language.ts';
import { VerifyPage } from './page.tsx';
import { learnWords, words } from './words.ts';

document.documentElement.lang = language;
const root = document.getElementById('app');
await learnWords();
document.title = words.title;
// What stood there while all this came over the line.
root?.replaceChildren();
if (root) render(<VerifyPage />, root);

// Only a convenience: where a browser has none, the page works as long as there is a network.
navigator.serviceWorker
  ?.register('/kiem-tra-hoc-ba.sw.js', { scope: '/kiem-tra-hoc-ba' })
  .catch(() => undefined);
