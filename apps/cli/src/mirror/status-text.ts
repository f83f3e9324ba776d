/** What is said of the status file beside a mirror. */

import type { StatusFault, StatusRefusal, StatusReport } from './status.ts';

const SENTENCES: Partial<Record<StatusFault, string>> = {
  'status-missing': 'máy chủ không còn đưa ra bản tình trạng mà trước đây đã có',
  'status-older': 'cũ hơn bản đã giữ: máy chủ đưa lại bản cũ, những gì thu hồi từ đó bị giấu',
  'status-contradicts': 'trái với một bản khác cùng chữ ký: một trong hai bản là sai',
  'status-of-later-tree': 'nói về nhiều lá hơn nhật ký đã công bố',
  'status-omits-leaf': 'giấu lá đã bị thu hồi hay thay thế',
  'status-invents': 'gọi là đã thu hồi hay thay thế một lá mà không lá nào nói đến',
  'status-untrue':
    'nói sai về lá đã bị thu hồi hay thay thế: không phải bởi lá đó, hoặc lẫn thu hồi với thay thế',
  'note-signature-wrong': 'chữ ký sai',
  'origin-wrong': 'là của một nhật ký khác',
};

const sentence = (code: StatusFault): string => SENTENCES[code] ?? 'không phải là bản tình trạng đã ký';

/** Why a served status was not kept. */
export function asRefusal(code: StatusRefusal): string {
  return `Bản tình trạng (status) không được giữ, bản trước đây vẫn còn: ${sentence(code)} (${code}).\n`;
}

/** At most so many places are named one by one. */
const NAMED = 20;

export function asStatus(report: StatusReport | null): string {
  if (report === null) return '';
  const { asOf, untold, wrong } = report;
  const lines = wrong.slice(0, NAMED).map(({ file, code, index }) => {
    const at = index === undefined ? '' : ` (lá ${index})`;
    return `  ✗ ${file}${at}: bản tình trạng ${sentence(code)} (${code})\n`;
  });
  if (wrong.length > NAMED) lines.push(`  ✗ và ${wrong.length - NAMED} chỗ sai nữa trong bản tình trạng\n`);
  if (asOf !== null && wrong.length === 0)
    lines.push(`  Bản tình trạng ngày ${new Date(asOf * 1000).toISOString()} khớp với các lá.\n`);
  if (untold.length > 0)
    lines.push(
      `  ? ${untold.length} lá mà bản tình trạng nói là có lá ở nhật ký khác nói đến: bản sao này không xét được.\n`,
    );
  return lines.join('');
}
