import { subjectOf } from '../codes/subjects.ts';
import type { SignerRole, SubjectCode } from '../model.ts';
import type { Problem, ProblemCode } from './problem.ts';

/** What is known of a signer's certificate before anybody signs. Instants are ISO 8601 with offset or Z. */
export interface CheckedCertificate {
  readonly validFrom: string;
  readonly validUntil: string;
  /** Number of the person, or tax code of the organisation, in the certificate's subject. */
  readonly subjectNumber?: string;
  /** The seal's only: registered and approved by the level above (CV 2088, part II); `unknown` where nobody can tell here. */
  readonly approved?: boolean | 'unknown';
}

/** One signer whom the class needs. */
export interface CheckedSigner {
  readonly role: SignerRole;
  /** Full name; of the seal the organisation's name. */
  readonly name: string;
  /** Personal number, or the organisation's tax code. */
  readonly number?: string;
  /** Of the principal, as the record writes it. */
  readonly title?: string;
  readonly subjects?: readonly SubjectCode[];
  readonly certificate?: CheckedCertificate;
  /** The seal's only: without one in force, one is registered that a second person has not agreed to. */
  readonly waitsForSecond?: boolean;
}

export interface SignersCheck {
  readonly signers: readonly CheckedSigner[];
  /** When signing begins and when the last signature must stand. */
  readonly window: { readonly from: string; readonly until: string };
}

const WHO: Readonly<Record<SignerRole, string>> = {
  subjectTeacher: 'Giáo viên',
  homeroomTeacher: 'Giáo viên chủ nhiệm',
  principal: 'Hiệu trưởng',
  schoolSeal: 'Con dấu của',
};

const ASK = 'Báo quản trị trường bổ sung trước khi ký.';
const RENEW = 'Gia hạn hoặc đăng ký chứng thư khác trước khi bắt đầu ký.';

function signerProblems(signer: CheckedSigner, { from, until }: SignersCheck['window']): Problem[] {
  const { role, name, number, title, subjects, certificate } = signer;
  const teaches = (subjects ?? []).map((s) => subjectOf(s).shortName).join(', ');
  const who = name.trim() === '' ? WHO[role] : `${WHO[role]} ${name.trim()}${teaches ? ` (${teaches})` : ''}`;
  const tell = (code: ProblemCode, what: string, action: string): Problem => ({
    severity: 'blocking',
    code,
    field: `signer.${role}`,
    message: `${who} ${what}.`,
    action,
  });
  const found: Problem[] = [];
  if (name.trim() === '') found.push(tell('signer-missing', 'chưa được phân công', ASK));
  if (role === 'principal' && !title?.trim())
    found.push(tell('signer-missing', 'chưa có chức vụ để ghi vào học bạ', ASK));
  if (!number?.trim()) {
    const what = role === 'schoolSeal' ? 'chưa có mã số thuế' : 'chưa có số định danh cá nhân';
    found.push(tell('signer-missing', what, ASK));
  }
  if (!certificate && signer.waitsForSecond) {
    found.push(
      tell(
        'certificate-missing',
        'có chứng thư đã đăng ký, còn chờ người thứ hai trong văn phòng duyệt',
        'Văn thư gửi đề nghị ở trang “Cách ký”; một người khác trong văn phòng duyệt ở trang “Việc của tôi”.',
      ),
    );
    return found;
  }
  if (!certificate) {
    found.push(
      tell('certificate-missing', 'chưa đăng ký chứng thư chữ ký số', 'Đăng ký chứng thư trước khi ký.'),
    );
    return found;
  }
  if (number && certificate.subjectNumber !== number.trim()) {
    found.push(tell('certificate-of-another', 'đăng ký chứng thư của người hoặc tổ chức khác', RENEW));
  }
  if (Date.parse(certificate.validFrom) > Date.parse(from)) {
    found.push(tell('certificate-not-in-window', 'có chứng thư chưa có hiệu lực khi bắt đầu ký', RENEW));
  }
  // Not until the last day of signing: whoever signs first is checked by whoever signs last.
  if (!(Date.parse(certificate.validUntil) > Date.parse(until))) {
    found.push(tell('certificate-not-in-window', 'có chứng thư hết hạn trước khi ký xong', RENEW));
  }
  if (role === 'schoolSeal' && certificate.approved === 'unknown') {
    const told = tell(
      'seal-not-approved',
      'có chứng thư mà máy chủ chưa biết đã được cấp trên phê duyệt hay chưa',
      'Hỏi Sở, và đặt tệp căn cứ của cấp trên vào máy chủ; phát hành trước khi được phê duyệt không có giá trị.',
    );
    found.push({ ...told, severity: 'warning' });
  } else if (role === 'schoolSeal' && certificate.approved !== true) {
    found.push(
      tell(
        'seal-not-approved',
        'có chứng thư chưa được cấp trên phê duyệt',
        'Đăng ký chứng thư với Sở và chờ phê duyệt; phát hành trước đó không có giá trị.',
      ),
    );
  }
  return found;
}

/**
 * Whether everybody who must sign can (domain group 10): assigned, with a certificate of their own that holds from the
 * first day of signing until after the last, the principal with a title, the seal approved. Says no number.
 */
export function checkSigners(input: SignersCheck): Problem[] {
  return input.signers.flatMap((signer) => signerProblems(signer, input.window));
}
