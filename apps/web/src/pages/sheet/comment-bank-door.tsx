import type { Grade } from '@hocba/record';
import { get } from '../../api/client.ts';
import type { Me } from '../../parts/frame.tsx';
import { OnDemand } from '../../parts/on-demand.tsx';

/** The page of the comment banks, which few people open, comes over the line when somebody does; it opens at one's own grade. */
export function CommentBankDoor({ me }: { me: Me }) {
  return (
    <OnDemand
      name="comment-bank"
      load={async () => {
        const [{ CommentBankPage }, { classes }] = await Promise.all([
          import('./comment-bank.tsx'),
          get('/api/classes', {}),
        ]);
        const mine = classes.filter((one) => one.schoolYear === me.schoolYear).map((one) => one.grade);
        const first = (mine.length > 0 ? Math.min(...mine) : 1) as Grade;
        return () => <CommentBankPage me={me} first={first} />;
      }}
    />
  );
}
