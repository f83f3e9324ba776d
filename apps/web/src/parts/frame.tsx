import type { ComponentChildren } from 'preact';
import { type Answer, del } from '../api/client.ts';
import { chooseLanguage, language, words } from '../words/index.ts';

export type Me = Answer<'GET', '/api/session'>;

/** Banner, school, who is signed in, and where one can go by one's roles. */
export function Frame({
  me,
  wide,
  children,
}: {
  me: Me | null;
  wide?: boolean;
  children: ComponentChildren;
}) {
  const mayIssue = me?.roles.some((role) => role === 'principal' || role === 'clerk') ?? false;
  return (
    <>
      {me?.school.training && <div class="training-banner">{words.training}</div>}
      {me && (
        <header class="top">
          <a class="school" href="/viec">
            {me.school.name}
          </a>
          <span class="soft">{words.schoolYear(me.schoolYear)}</span>
          <nav aria-label={words.app}>
            <a href="/viec">{words.nav.work}</a>
            <a href="/ky">{words.nav.signing}</a>
            {mayIssue && <a href="/truong">{words.nav.school}</a>}
            {mayIssue && <a href="/phat-hanh">{words.nav.issued}</a>}
          </nav>
          <span class="who">
            {me.fullName} · {me.title} ·{' '}
            <button type="button" class="plain" onClick={signOut}>
              {words.signOut}
            </button>
          </span>
        </header>
      )}
      <main class={wide ? 'page wide' : 'page'} id="main">
        {children}
      </main>
      <footer class="page soft">
        <a href="/kiem-tra-hoc-ba">{words.nav.verify}</a> ·{' '}
        <button type="button" class="plain" onClick={() => chooseLanguage(language === 'vi' ? 'en' : 'vi')}>
          {language === 'vi' ? 'English' : 'Tiếng Việt'}
        </button>
      </footer>
    </>
  );
}

function signOut(): void {
  del('/api/session', {}).finally(() => location.assign('/'));
}
