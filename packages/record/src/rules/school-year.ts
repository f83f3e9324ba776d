const SCHOOL_YEAR = /^(\d{4})-(\d{4})$/;

/** Whether a text is a school year such as `2025-2026`. */
export function isSchoolYear(text: string): boolean {
  const m = SCHOOL_YEAR.exec(text);
  return m !== null && Number(m[2]) === Number(m[1]) + 1;
}
