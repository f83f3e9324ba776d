import { vi } from '@hocba/verify';
import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { PAGE_STYLE } from './page-style.ts';

/** All that the public page may show of a record, and no more: each field is named here once. */
export interface PublicView {
  /** `unpublished`: signed and sealed, but its leaf stands in no published tree yet. */
  readonly status: 'current' | 'unpublished' | 'recalled' | 'replaced' | 'store-mismatch';
  readonly training: boolean;
  readonly schoolName: string;
  /** `2025-2026` */
  readonly schoolYear: string;
  readonly grade: number;
  /** 1 for the first record of the pupil's year, one more for each replacement. */
  readonly version: number;
  /** `YYYY-MM-DD` */
  readonly issueDate: string;
  readonly subjectTeachers: number;
  readonly principalName: string;
  readonly sealName: string;
  readonly maskedName: string;
  readonly codeTail: string;
  /** SHA-256 of the XML file, hex. */
  readonly fileHash: string;
  /** When the answer was made, `HH:MM DD/MM/YYYY` in Vietnam's time. */
  readonly asOf: string;
}

const SENTENCE: Readonly<Record<PublicView['status'], string>> = {
  current: 'Thật, còn hiệu lực',
  unpublished: 'Chưa kiểm tra được đủ',
  recalled: 'Thật, đã thu hồi',
  replaced: 'Thật, đã được thay thế',
  'store-mismatch': 'Cần xác nhận lại',
};

const TRAINING_SENTENCE = 'Bản tập huấn, không có giá trị pháp lý';

const STATE_TEXT: Readonly<Record<PublicView['status'], string>> = {
  current: 'Còn hiệu lực',
  unpublished: 'Đã đủ chữ ký, đang chờ ghi vào nhật ký công khai',
  recalled: 'Đã thu hồi; bản này không còn được dùng',
  replaced: 'Đã được thay thế bằng bản mới hơn',
  'store-mismatch': 'Dữ liệu lưu không khớp với nhật ký công khai; hãy hỏi nhà trường',
};

const WAITS =
  'Học bạ đã đủ chữ ký nhưng chưa có trong nhật ký công khai, nên chưa kết luận được. Việc ghi thường xong trong vài phút: hãy tải lại trang sau.';

/** A forger prints what he likes around a genuine code: of the paper this page has seen nothing. */
const OF_THE_RECORD =
  'Kết luận này là về học bạ số; trang này không biết chữ in trên giấy có đúng như học bạ số hay không.';

const TONE: Readonly<Record<PublicView['status'], string>> = {
  current: 'current',
  unpublished: '',
  recalled: 'closed',
  replaced: 'closed',
  'store-mismatch': 'wrong',
};

function vietnameseDate(isoDate: string): string {
  return isoDate.split('-').reverse().join('/');
}

function page(title: string, training: boolean, ...content: ComponentChild[]): string {
  const html = h(
    'html',
    { lang: 'vi' },
    h(
      'head',
      null,
      h('meta', { charset: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'robots', content: 'noindex' }),
      h('meta', { name: 'referrer', content: 'no-referrer' }),
      h('title', null, title),
      // Holds no character that HTML would escape, so that its hash stays what the policy says.
      h('style', null, PAGE_STYLE),
    ),
    h(
      'body',
      null,
      training ? h('div', { class: 'training' }, 'TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ') : null,
      h('header', null, 'Kiểm tra học bạ số'),
      h('main', null, ...content),
    ),
  );
  return `<!doctype html>${renderToString(html)}`;
}

function row(name: string, value: string): ComponentChild {
  return h('div', { class: 'row' }, h('dt', null, name), h('dd', null, value));
}

/** Who receives this page on paper has no more than paper. */
const ON_PAPER = h(
  'p',
  { class: 'paper' },
  'Bản in của trang này không tự chứng minh điều gì: ai nhận được, hãy tự quét mã QR trên học bạ.',
);

const CHECK_PAGE = h('p', null, h('a', { href: '/kiem-tra-hoc-ba' }, 'Mở trang kiểm tra chữ in và tệp'));

/** The page behind a known token. Plain HTML without a script. */
export function recordPage(view: PublicView): string {
  if (view.status === 'store-mismatch') return mismatchPage(view);
  // A training record is never called genuine, whatever its state.
  const sentence = view.training ? TRAINING_SENTENCE : SENTENCE[view.status];
  const tone = view.training && view.status === 'current' ? 'closed' : TONE[view.status];
  const year = view.schoolYear.replace('-', '–');
  return page(
    'Kiểm tra học bạ số',
    view.training,
    h(
      'section',
      { class: `verdict ${tone}` },
      h('h1', null, sentence),
      h('p', null, `Học bạ lớp ${view.grade}, năm học ${year}, của ${view.maskedName}.`),
      h(
        'p',
        null,
        `${view.schoolName} phát hành ngày ${vietnameseDate(view.issueDate)}, phiên bản ${view.version}.`,
      ),
      view.status === 'unpublished' ? h('p', null, WAITS) : null,
      view.status === 'current' ? h('p', null, OF_THE_RECORD) : null,
      view.status === 'recalled' || view.status === 'replaced' ? h('p', null, vi.next[view.status]) : null,
    ),
    h(
      'section',
      null,
      h(
        'dl',
        null,
        row('Tình trạng', `${STATE_TEXT[view.status]}, tính đến ${view.asOf}`),
        row('Trường', view.schoolName),
        row('Năm học, lớp', `${year}, lớp ${view.grade}`),
        row('Ngày phát hành', vietnameseDate(view.issueDate)),
        row('Phiên bản', String(view.version)),
        row('Học sinh', `${view.maskedName}, mã học sinh ${view.codeTail}`),
        row(
          'Người ký',
          `${view.subjectTeachers} giáo viên môn học; giáo viên chủ nhiệm; hiệu trưởng ${view.principalName}`,
        ),
        row('Chữ ký số của trường', view.sealName),
        row('Mã băm SHA-256 của tệp XML', view.fileHash),
      ),
    ),
    h(
      'p',
      { class: 'soft' },
      'Trang này không hiện điểm, ngày sinh hay địa chỉ. Để so chữ in, hãy mở trang kiểm tra rồi quét mã QR của bản in ở đó; tệp XML hoặc PDF mà nhà trường đã giao cũng kiểm tra ở đó.',
    ),
    CHECK_PAGE,
    ON_PAPER,
  );
}

/** Nothing of a record that does not verify is shown as if it were one. */
function mismatchPage(view: PublicView): string {
  return page(
    'Kiểm tra học bạ số',
    view.training,
    h(
      'section',
      { class: `verdict ${TONE['store-mismatch']}` },
      h('h1', null, view.training ? TRAINING_SENTENCE : SENTENCE['store-mismatch']),
      h('p', null, `${STATE_TEXT['store-mismatch']}.`),
      h('p', null, `Tính đến ${view.asOf}.`),
    ),
  );
}

/** The one answer to every token that is not one: it does not say why. */
export function unknownPage(): string {
  return page(
    'Không tìm thấy học bạ',
    false,
    h(
      'section',
      { class: 'verdict' },
      h('h1', null, 'Không tìm thấy học bạ'),
      h('p', null, 'Mã trên đường dẫn này không ứng với học bạ nào do máy chủ này phát hành.'),
      h(
        'p',
        null,
        'Hãy quét lại mã QR trên bản in, và xem tên miền có phải của nơi phát hành không. Vẫn không thấy thì chưa dùng bản in ấy làm căn cứ: hãy mang nó cùng giấy tờ của học sinh đến văn thư của trường ghi trên học bạ để hỏi.',
      ),
    ),
    CHECK_PAGE,
  );
}

/** The answer to a network that asks too often. */
export function tooOftenPage(): string {
  return page(
    'Xin chờ một phút',
    false,
    h(
      'section',
      { class: 'verdict' },
      h('h1', null, 'Xin chờ một phút'),
      h(
        'p',
        null,
        'Có quá nhiều lượt tra cứu từ mạng này. Không có gì bị mất; hãy tải lại trang sau một phút.',
      ),
    ),
  );
}
