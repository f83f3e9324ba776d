import type { Grade } from '@hocba/record';

/**
 * The name that a class takes one grade up: each number in it that is a grade of its pupils goes up by one, `4A` →
 * `5A`, `4/2` → `5/2`, `Ghép 2+3` → `Ghép 3+4`. A name without its grade stays as it is.
 *
 * @param grades of the class's pupils; grade 5 leaves and is taken out of a combined class's name by hand
 */
export function newNameOf(name: string, grades: ReadonlySet<Grade>): string {
  const several = grades.size > 1;
  let done = false;
  return name.replace(/\d+/g, (number) => {
    const grade = Number(number);
    if (!grades.has(grade as Grade) || grade >= 5 || (done && !several)) return number;
    done = true;
    return String(grade + 1);
  });
}
