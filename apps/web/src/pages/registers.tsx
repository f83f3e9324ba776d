import type { Me } from '../parts/frame.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { words } from '../words/index.ts';

/** Sổ của trường: the doors to the registers, each with what is done there. */
export function RegistersPage({ me }: { me: Me }) {
  const isAdmin = me.roles.includes('admin');
  const doors = words.registers.doors.filter((door) => isAdmin || !door.admin);
  return (
    <>
      <PageTitle text={words.registers.title} />
      <ul class="card task-list">
        {doors.map((door) => (
          <li key={door.at} class="whole">
            <a href={door.at}>{door.name}</a>
            <span class="soft">{door.what}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
