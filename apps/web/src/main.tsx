import './style/staff.css';
import { render } from 'preact';
import { App, askFirst } from './app.tsx';
import { learnWords } from './words/index.ts';
import { language } from './words/language.ts';

askFirst(location.pathname);
document.documentElement.lang = language;
const root = document.getElementById('app');
await learnWords();
if (root) render(<App />, root);
