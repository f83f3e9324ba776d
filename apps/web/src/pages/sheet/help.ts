/** What looks at comments while they are written; loaded after the sheet itself. */
export { lintComment, proposeResult, ruleSetFor } from '@hocba/record';
