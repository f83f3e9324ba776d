/** Where a pupil stands towards the school on a day. */
export type PupilStatusCode =
  | 'studying'
  | 'arrived'
  | 'repeating'
  | 'suspended'
  | 'returned'
  | 'transferred'
  | 'dropped-out'
  | 'completed-primary'
  | 'deceased';

/** A status with the days between which the list holds it (ISO dates, inclusive). */
export interface PupilStatus {
  readonly code: PupilStatusCode;
  readonly name: string;
  /** Whether a pupil of this status is assessed by this school. */
  readonly assessed: boolean;
  /** Whether the record is handed over or closed here (TT 27/2020 Điều 10). */
  readonly leaves: boolean;
  readonly validFrom: string;
  readonly validUntil?: string;
}

function status(code: PupilStatusCode, name: string, assessed: boolean, leaves = false): PupilStatus {
  return { code, name, assessed, leaves, validFrom: '2020-09-01' };
}

/** Our list; that of CSDL ngành is mapped onto it where a file is exchanged. */
export const PUPIL_STATUSES: readonly PupilStatus[] = [
  status('studying', 'Đang học', true),
  status('arrived', 'Chuyển đến', true),
  status('repeating', 'Học lại lớp', true),
  status('returned', 'Đi học trở lại', true),
  status('suspended', 'Tạm nghỉ học', false),
  status('transferred', 'Chuyển trường', false, true),
  status('dropped-out', 'Thôi học', false, true),
  status('completed-primary', 'Hoàn thành chương trình tiểu học', false, true),
  status('deceased', 'Đã mất', false, true),
];

const NEXT: Readonly<Record<PupilStatusCode, readonly PupilStatusCode[]>> = {
  studying: ['repeating', 'suspended', 'transferred', 'dropped-out', 'completed-primary', 'deceased'],
  arrived: [
    'studying',
    'repeating',
    'suspended',
    'transferred',
    'dropped-out',
    'completed-primary',
    'deceased',
  ],
  repeating: ['studying', 'suspended', 'transferred', 'dropped-out', 'completed-primary', 'deceased'],
  returned: [
    'studying',
    'repeating',
    'suspended',
    'transferred',
    'dropped-out',
    'completed-primary',
    'deceased',
  ],
  suspended: ['returned', 'transferred', 'dropped-out', 'deceased'],
  transferred: ['arrived'],
  'dropped-out': ['returned', 'arrived', 'deceased'],
  'completed-primary': [],
  deceased: [],
};

/** Whether a status may follow another at one school. */
export function mayFollow(before: PupilStatusCode, after: PupilStatusCode): boolean {
  return NEXT[before].includes(after);
}

/** Statuses that the list holds on a day (ISO date). */
export function pupilStatusesOn(day: string): readonly PupilStatus[] {
  return PUPIL_STATUSES.filter(
    (s) => s.validFrom <= day && (s.validUntil === undefined || day <= s.validUntil),
  );
}
