import type { ComponentChildren } from 'preact';
import { type Answer, del } from '../api/client.ts';
import { words } from '../words/index.ts';
import { LanguageSwitch } from './language-switch.tsx';

export type Me = Answer<'GET', '/api/session'>;
/** How a page uses the window: a column of text, its whole width, or all of it with the footer below the fold. */
export type Width = 'text' | 'wide' | 'fill';

/** Banner, school, who is signed in, and where one can go by one's roles. */
export function Frame({
  me,
  address,
  training,
  width = 'text',
  children,
}: {
  me: Me | null;
  address: string;
  training: boolean;
  width?: Width;
  children: ComponentChildren;
}) {
  const mayIssue = me?.roles.some((role) => role === 'principal' || role === 'clerk') ?? false;
  const keepsRegisters = mayIssue || (me?.roles.includes('admin') ?? false);
  const link = (href: string, text: string) => (
    <a href={href} aria-current={address === href ? 'page' : undefined}>
      {text}
    </a>
  );
  return (
    <>
      <div class={width === 'fill' ? 'window fill' : 'window'}>
        <a class="skip" href="#main">
          {words.skip}
        </a>
        {training && (
          <aside class="training-banner" aria-label={words.trainingLabel}>
            {words.training}
            {me?.secondFactor.enforced === false && ` · ${words.factor.bannerOff}`}
          </aside>
        )}
        {me && (
          <header class="top">
            <a class="school" href="/viec">
              {me.school.name}
            </a>
            <span class="year" title={words.schoolYear(me.schoolYear)}>
              {me.schoolYear.replace('-', '–')}
            </span>
            <nav aria-label={words.app}>
              {link('/viec', words.nav.work)}
              {link('/ky', words.nav.signing)}
              {mayIssue && link('/truong', words.nav.school)}
              {mayIssue && link('/phat-hanh', words.nav.issued)}
              {keepsRegisters && link('/so', words.nav.registers)}
            </nav>
            <span class="who">
              <span>
                {me.fullName} · {me.title}
              </span>
              {link('/xac-thuc', words.factor.short)}
              <button type="button" class="plain" onClick={signOut}>
                {words.signOut}
              </button>
            </span>
          </header>
        )}
        <main class={`page ${width}`} id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
      <footer class={`foot ${width}`}>
        <a href="/kiem-tra-hoc-ba">{words.nav.verify}</a> · <LanguageSwitch />
      </footer>
    </>
  );
}

function signOut(): void {
  del('/api/session', {}).finally(() => location.assign('/'));
}
