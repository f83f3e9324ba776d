import type { Me } from '../parts/frame.tsx';
import { Show, useLoaded } from '../parts/load.tsx';

/** The page of the comment banks, which few people open, comes over the line when somebody does. */
export function CommentBankDoor({ me }: { me: Me }) {
  const { loaded, again } = useLoaded('comment-bank', () => import('./comment-bank.tsx'));
  return (
    <Show of={loaded} again={again}>
      {({ CommentBankPage }) => <CommentBankPage me={me} />}
    </Show>
  );
}
