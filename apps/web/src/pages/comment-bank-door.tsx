import type { Grade } from '@hocba/record';
import { get } from '../api/client.ts';
import type { Me } from '../parts/frame.tsx';
import { Show, useLoaded } from '../parts/load.tsx';

/** The page of the comment banks, which few people open, comes over the line when somebody does; it opens at one's own grade. */
export function CommentBankDoor({ me }: { me: Me }) {
  const { loaded, again } = useLoaded('comment-bank', async () => {
    const [{ CommentBankPage }, { classes }] = await Promise.all([
      import('./comment-bank.tsx'),
      get('/api/classes', {}),
    ]);
    const mine = classes.filter((one) => one.schoolYear === me.schoolYear).map((one) => one.grade);
    return { CommentBankPage, grade: mine.length > 0 ? Math.min(...mine) : 1 };
  });
  return (
    <Show of={loaded} again={again}>
      {({ CommentBankPage, grade }) => <CommentBankPage me={me} first={grade as Grade} />}
    </Show>
  );
}
