import type { Printer } from '@hocba/form';
import { bind, type RouteBinding } from '../../access/binding.ts';
import { countedFile } from '../../assessment/export/one-class.ts';
import { issuing } from '../../http/api/index.ts';
import type { SheetDeps } from '../prints/issued-sheet.ts';
import { type ClassBookDeps, classBook, classBookFile, makeClassBook, stopClassBook } from './class-book.ts';
import { pupilBook, pupilBookYears } from './pupil-book.ts';
import { pupilPackage } from './pupil-package.ts';

export interface BookRoom extends ClassBookDeps, SheetDeps {
  readonly printer: Pick<Printer, 'renderBook' | 'renderClassBook'>;
}

/** @param urlOf where the public pages are found, given the address that the caller sees */
export function bookRoutes(room: BookRoom, urlOf: (baseUrl: string) => string): RouteBinding[] {
  return [
    bind(issuing.pupilBook, ({ actor, params, query, request }) =>
      pupilBook(room, actor, { ...params, ...query }, urlOf(request.baseUrl)),
    ),
    bind(issuing.pupilPackage, ({ actor, params }) => pupilPackage(room, actor, params.pupilId)),
    bind(issuing.pupilBookYears, ({ actor, params }) => pupilBookYears(room, actor, params.pupilId)),
    bind(issuing.classBook, ({ actor, params }) => classBook(room, actor, params.classId)),
    bind(issuing.makeClassBook, ({ actor, params, request }) =>
      makeClassBook(room, actor, params.classId, urlOf(request.baseUrl)),
    ),
    bind(issuing.stopClassBook, ({ actor, params }) => stopClassBook(room, actor, params.classId)),
    bind(issuing.classBookFile, ({ actor, params: { classId }, query }) =>
      countedFile(room, actor, { classId, period: 'CN', file: 'book', ...query }, () =>
        classBookFile(room, actor, classId),
      ),
    ),
  ];
}
