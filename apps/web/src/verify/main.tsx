import '../style/base.css';
import '../style/lists.css';
import '../style/verify.css';
import { render } from 'preact';
import { VerifyPage } from './page.tsx';

const root = document.getElementById('app');
if (root) render(<VerifyPage />, root);
