import { fieldOf, type GridCore } from './field.ts';
import { formatTsv, parseTsv } from './tsv.ts';

/** Copy, cut and paste of ranges as spreadsheets do; a text that is being edited keeps its own. */
export function listenToClipboard(core: GridCore): void {
  const take = (event: ClipboardEvent): boolean => {
    const field = fieldOf(event.target);
    if (!field || (core.editing && field.selectionStart !== field.selectionEnd)) return false;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', formatTsv(core.sheet.copied()));
    return true;
  };
  core.table.addEventListener('copy', take);
  core.table.addEventListener('cut', (event) => {
    if (!take(event)) return;
    core.apply(core.sheet.clear(), 'key');
    core.redraw();
  });
  core.table.addEventListener('paste', (event) => {
    const field = fieldOf(event.target);
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!field || (core.editing && !text.includes('\t') && !text.includes('\n'))) return;
    event.preventDefault();
    core.editing = false;
    core.apply(core.sheet.paste(parseTsv(text)), 'paste');
    core.redraw();
    field.select();
  });
}
