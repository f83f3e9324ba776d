export * from './book/book.ts';
export * from './check/differences.ts';
export * from './check/duplicates.ts';
export { motherNameOf } from './check/identity.ts';
export * from './check/input.ts';
export { checkPeriod, type PeriodCheck } from './check/period.ts';
export * from './check/problem.ts';
export * from './check/pupil-year.ts';
export * from './check/signers.ts';
export * from './check/stated-sources.ts';
export * from './class-table/document.ts';
export * from './class-table/forms.ts';
export {
  classTableContents,
  type ReadClassTable,
  readClassTable,
  tableSlotPlansOf,
} from './class-table/read.ts';
export type { ClassTableRow } from './class-table/row.ts';
export { insertTableSlots, planTableSlots } from './class-table/slots.ts';
export {
  type FrozenClassTable,
  freezeClassTable,
  MOST_LINES as MOST_TABLE_LINES,
} from './class-table/write.ts';
export { classTableXsd } from './class-table/xsd.ts';
export * from './codes/items.ts';
export * from './codes/people.ts';
export * from './codes/provinces.ts';
export * from './codes/pupil-status.ts';
export * from './codes/subject-names.ts';
export * from './codes/subjects.ts';
export * from './codes/traits.ts';
export * from './codes/words.ts';
export * from './comments/bank.ts';
export * from './comments/lint.ts';
export * from './model.ts';
export { ProfileError, parseProfile } from './profile/parse-profile.ts';
export type { Profile, SlotSpec } from './profile/profile.ts';
export * from './profile/profiles.ts';
export * from './rules/attempts.ts';
export * from './rules/awards.ts';
export * from './rules/cell-text.ts';
export * from './rules/combined-class.ts';
export * from './rules/completion.ts';
export * from './rules/parse-cell.ts';
export * from './rules/plan.ts';
export * from './rules/propose.ts';
export * from './rules/required.ts';
export * from './rules/rule-set-ids.ts';
export * from './rules/ruleset.ts';
export * from './rules/school-year.ts';
export * from './rules/select.ts';
export { type ProposeOptions, shortfall } from './rules/shortfall.ts';
export { TT27_2020 } from './rules/tt27-2020.ts';
export * from './rules/year-end.ts';
export * from './signed/signed-file.ts';
export * from './stated/ministry-year.ts';
export { yearOfRecord } from './stated/record-year.ts';
export { haveSameNumber } from './stated/same-pupil.ts';
export { ANNEX_NAMESPACE, DSIG_NAMESPACE } from './xml/annex.ts';
export * from './xml/errors.ts';
export { isDate, isSigningTime } from './xml/forms.ts';
export { profileOfDocument } from './xml/identify.ts';
export { insertSlot, insertSlots, type PlannedSlot, type SlotContent } from './xml/insert.ts';
export { type ReadRecord, readRecord, slotPlansOf } from './xml/read.ts';
export { betweenSlots, type ReadSlot } from './xml/read-slot.ts';
export { ANNEX_ID, planSlots, type SlotPlan, slotIds } from './xml/slots.ts';
export { namesUnknownKind } from './xml/unknown-kind.ts';
export { type FrozenRecord, freezeRecord } from './xml/write.ts';
export { xsdOf } from './xml/xsd.ts';
