import '../style/base.css';
import '../style/lists.css';
import '../style/verify.css';
import { render } from 'preact';
import { VerifyPage } from './page.tsx';

const root = document.getElementById('app');
if (root) render(<VerifyPage />, root);

// Only a convenience: where a browser has none, the page works as long as there is a network.
navigator.serviceWorker
  ?.register('/kiem-tra-hoc-ba.sw.js', { scope: '/kiem-tra-hoc-ba' })
  .catch(() => undefined);
