import { scanCanonical } from '@hocba/xml';
import { describe, expect, test } from 'vitest';
import { checkPupilYear, isBlocked } from '../check/pupil-year.ts';
import type { PeriodAssessment } from '../model.ts';
import { proposeResult } from '../rules/propose.ts';
import { ruleSetFor } from '../rules/select.ts';
import { SAMPLES } from '../testing/samples.ts';
import { readRecord } from './read.ts';
import { freezeRecord } from './write.ts';

// Samples are never made again: if one of these fails, the writer or reader of a fixed profile has changed, and
// records that schools have issued would read differently.
describe.each(SAMPLES.map((s) => [s.doc.profile, s.grade, s] as const))(
  'frozen sample %s, grade %i',
  (_profile, _grade, sample) => {
    test('is what the writer makes of its data, byte for byte', () => {
      const frozen = freezeRecord(sample.doc);
      expect(Buffer.from(frozen.xml).equals(Buffer.from(sample.xml))).toBe(true);
      expect(Buffer.from(frozen.annex).equals(Buffer.from(sample.annex))).toBe(true);
    });

    test('reads as its data', () => {
      const read = readRecord(sample.xml, sample.annex);
      expect(read.doc).toEqual(sample.doc);
      expect(read.slots).toEqual([]);
    });

    test('is canonical, training, and complete by the rules', () => {
      const { doc } = sample;
      expect(scanCanonical(sample.xml).root.name).toBe('HOC_BA');
      expect(doc.training).toBe(true);
      const assessment: PeriodAssessment = { grade: doc.grade, levels: {}, marks: {}, traits: doc.traits };
      for (const s of doc.subjects) {
        assessment.levels[s.subject] = s.level;
        if (s.mark !== undefined) assessment.marks[s.subject] = s.mark;
      }
      const ruleSet = ruleSetFor(doc.schoolYear);
      expect(proposeResult(ruleSet, assessment).result).toBe(doc.result);
      const problems = checkPupilYear({
        ruleSet,
        schoolYear: doc.schoolYear,
        assessment,
        pupil: doc.pupil,
        comments: {
          subjects: Object.fromEntries(doc.subjects.map((s) => [s.subject, s.comment ?? ''])),
          traits: doc.traitComments,
          homeroom: doc.homeroomComment,
        },
        body: doc.pupil,
        absences: { excused: doc.pupil.absentExcused, unexcused: doc.pupil.absentUnexcused },
        stated: doc,
      });
      expect(isBlocked(problems)).toBe(false);
      expect(problems.filter((p) => p.severity === 'warning')).toEqual([]);
    });
  },
);
