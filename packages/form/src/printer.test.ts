import { afterEach, expect, test } from 'vitest';
import {
  createPrinter,
  type Printer,
  renderBook,
  renderClassBook,
  renderClassTable,
  renderYear,
} from './index.ts';
import { sampleClassBook, sampleYears } from './testing/sample-book.ts';
import { sampleClass } from './testing/sample-class.ts';
import { sampleInput, sampleRecord } from './testing/sample-record.ts';

const printers: Printer[] = [];
function printer(): Printer {
  const made = createPrinter();
  printers.push(made);
  return made;
}
afterEach(async () => {
  for (const made of printers.splice(0)) await made.close();
});

test('the thread makes the same bytes as this one, in the order asked for, and survives a refusal', async () => {
  const print = printer();
  const first = sampleInput(sampleRecord(1));
  const second = sampleInput(sampleRecord(5, { training: true }));
  const bad = sampleInput(sampleRecord(2, { className: '☐' }));
  const done: string[] = [];
  const [a, b, c] = await Promise.all([
    print.renderYear(first).finally(() => done.push('first')),
    print
      .renderYear(bad)
      .catch((error: unknown) => error)
      .finally(() => done.push('bad')),
    print.renderYear(second).finally(() => done.push('second')),
  ]);
  expect(done).toEqual(['first', 'bad', 'second']);
  expect(Buffer.from(a)).toEqual(Buffer.from(await renderYear(first)));
  expect(b).toMatchObject({ name: 'FormError', code: 'glyph-missing' });
  expect(Buffer.from(c)).toEqual(Buffer.from(await renderYear(second)));
});

test('closing rejects what waits and what comes after', async () => {
  const print = printer();
  const waiting = [print.renderYear(sampleInput()), print.renderYear(sampleInput())];
  const outcomes = Promise.allSettled(waiting);
  await print.close();
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'closed' } });
  await expect(print.renderYear(sampleInput())).rejects.toMatchObject({ code: 'closed' });
});

test('input that cannot even be handed over is refused and the queue goes on', async () => {
  const print = printer();
  const unsendable = { ...sampleInput(), xml: (() => 0) as unknown as Uint8Array };
  await expect(print.renderYear(unsendable)).rejects.toMatchObject({ code: 'input-invalid' });
  expect((await print.renderYear(sampleInput())).length).toBeGreaterThan(10_000);
});

test('books, a class and a class table: the same bytes as in this thread', async () => {
  const print = printer();
  const book = { years: sampleYears(2) };
  const classBook = sampleClassBook(2, 1);
  const table = sampleClass(3, 'CN');
  const made = await Promise.all([
    print.renderBook(book),
    print.renderClassBook(classBook),
    print.renderClassTable(table),
  ]);
  const here = [await renderBook(book), await renderClassBook(classBook), await renderClassTable(table)];
  for (const [i, pdf] of made.entries()) expect(Buffer.from(pdf)).toEqual(Buffer.from(here[i] ?? []));
});
