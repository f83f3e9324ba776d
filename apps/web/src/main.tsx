import './style/base.css';
import './style/class-table.css';
import './style/lists.css';
import './style/records.css';
import './style/dialogs.css';
import './style/small-screens.css';
import './style/pupil.css';
import './style/registers.css';
import './style/sheet.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { learnWords } from './words/index.ts';
import { language } from './words/language.ts';

document.documentElement.lang = language;
const root = document.getElementById('app');
await learnWords();
if (root) render(<App />, root);
