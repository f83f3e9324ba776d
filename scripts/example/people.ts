import { access } from '../../apps/server/src/http/api/index.ts';
import { Person, type Server } from './client.ts';

export interface Staff {
  readonly person: Person;
  readonly staffId: string;
}
/** Everybody whom a class's year needs, signed in with the training school's printed accounts. */
export interface People {
  readonly teachers: readonly Staff[];
  readonly principal: Staff;
  readonly clerk: Staff;
  readonly admin: Staff;
  readonly schoolYear: string;
}

export async function gatherPeople(server: Server): Promise<People> {
  const { accounts } = await new Person(server, '', '').call(access.welcome);
  const everybody: (Staff & { roles: readonly string[]; schoolYear: string })[] = [];
  for (const { username, password } of accounts) {
    const person = new Person(server, username, password);
    await person.signIn();
    const me = await person.call(access.whoAmI);
    everybody.push({ person, staffId: me.staffId, roles: me.roles, schoolYear: me.schoolYear });
  }
  const one = (role: 'principal' | 'clerk' | 'admin'): (typeof everybody)[number] => {
    const found = everybody.find(({ roles }) => roles.includes(role));
    if (!found) throw new Error(`trường mẫu không có tài khoản cho vai trò ${role}`);
    return found;
  };
  const teachers = everybody.filter(({ roles }) => roles.includes('teacher') && !roles.includes('principal'));
  if (teachers.length === 0) throw new Error('trường mẫu không có tài khoản giáo viên');
  return {
    teachers,
    principal: one('principal'),
    clerk: one('clerk'),
    admin: one('admin'),
    schoolYear: one('admin').schoolYear,
  };
}
