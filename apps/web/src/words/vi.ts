import { approvals } from './vi/approvals.ts';
import { awards } from './vi/awards.ts';
import { bank } from './vi/bank.ts';
import { check } from './vi/check.ts';
import { classTable } from './vi/class-table.ts';
import { closing } from './vi/closing.ts';
import { comparison } from './vi/comparison.ts';
import { factor } from './vi/factor.ts';
import { files } from './vi/files.ts';
import { frame } from './vi/frame.ts';
import { handOver } from './vi/hand-over.ts';
import { identity } from './vi/identity.ts';
import { importing } from './vi/import.ts';
import { issued } from './vi/issued.ts';
import { lodging } from './vi/lodging.ts';
import { period, sitting } from './vi/period.ts';
import { pictures } from './vi/pictures.ts';
import { electives, plans } from './vi/plans.ts';
import { pupils } from './vi/pupils.ts';
import { records } from './vi/records.ts';
import { registers } from './vi/registers.ts';
import { results } from './vi/results.ts';
import { save } from './vi/save.ts';
import { school } from './vi/school.ts';
import { sheet } from './vi/sheet.ts';
import { signing } from './vi/signing.ts';
import { classes, facts, staff } from './vi/staff.ts';
import { summer } from './vi/summer.ts';
import { table } from './vi/table.ts';
import { trust } from './vi/trust.ts';
import { ways } from './vi/ways.ts';
import { work } from './vi/work.ts';
import { years } from './vi/years.ts';

/** Every word of the staff application, a file for each page's words. English follows the same keys in `en/`. */
export const vi = {
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
export type Words = typeof vi;
