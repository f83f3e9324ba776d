import { approvals } from './en/approvals.ts';
import { awards } from './en/awards.ts';
import { bank } from './en/bank.ts';
import { check } from './en/check.ts';
import { classTable } from './en/class-table.ts';
import { closing } from './en/closing.ts';
import { comparison } from './en/comparison.ts';
import { factor } from './en/factor.ts';
import { files } from './en/files.ts';
import { frame } from './en/frame.ts';
import { handOver } from './en/hand-over.ts';
import { identity } from './en/identity.ts';
import { importing } from './en/import.ts';
import { issued } from './en/issued.ts';
import { lodging } from './en/lodging.ts';
import { period, sitting } from './en/period.ts';
import { pictures } from './en/pictures.ts';
import { electives, plans } from './en/plans.ts';
import { pupils } from './en/pupils.ts';
import { records } from './en/records.ts';
import { registers } from './en/registers.ts';
import { results } from './en/results.ts';
import { save } from './en/save.ts';
import { school } from './en/school.ts';
import { sheet } from './en/sheet.ts';
import { signing } from './en/signing.ts';
import { classes, facts, staff } from './en/staff.ts';
import { summer } from './en/summer.ts';
import { table } from './en/table.ts';
import { trust } from './en/trust.ts';
import { ways } from './en/ways.ts';
import { work } from './en/work.ts';
import { years } from './en/years.ts';
import type { Words } from './vi.ts';

/** English for visitors and developers; the terms of the law keep their Vietnamese names in brackets where it helps. */
export const en: Words = {
  ...frame,
  work,
  approvals,
  sheet,
  bank,
  save,
  results,
  awards,
  summer,
  check,
  records,
  registers,
  handOver,
  identity,
  staff,
  classes,
  facts,
  pupils,
  signing,
  ways,
  trust,
  lodging,
  pictures,
  school,
  issued,
  closing,
  comparison,
  classTable,
  import: importing,
  factor,
  files,
  table,
  years,
  period,
  sitting,
  plans,
  electives,
};
